"""From starting the command to its first packet, with the built-in agent started for it."""

from statistics import median

from aicall_cli.audio.format import TICK_SECONDS
from aicall_cli.clock import perf_clock
from tests.bench.command import Line, run_json
from tests.bench.outcome import BenchError, Outcome
from tests.bench.pair import connected_pair
from tests.bench.scale import Scale
from tests.bench.side import ROOT

TARGET_SECONDS = {"echo": 1.5, "assistant": 2.5}
INPUT = ROOT / "recordings" / "samples" / "goforward.wav"
_CALL_SECONDS = 60.0


async def measure_echo(scale: Scale) -> list[Outcome]:
    """Call ``echo``; plain aiortc connects two processes that know each other."""
    plain = [await _plain(scale) for _ in range(scale.calls)]
    return [await _outcome("echo", median(plain), scale)]


async def measure_assistant(scale: Scale) -> list[Outcome]:
    """Call ``assistant``, which has a recogniser and a voice to start."""
    return [await _outcome("assistant", None, scale)]


async def _outcome(agent: str, plain: float | None, scale: Scale) -> Outcome:
    found = [await _ours(agent) for _ in range(scale.calls)]
    return Outcome(
        measure=f"from command to first packet, {agent}",
        target=f"≤ {TARGET_SECONDS[agent]:g} s",
        unit="s",
        ours=median(found),
        plain=plain,
        met=median(found) <= TARGET_SECONDS[agent],
        details={"all": list(found)},
    )


async def _ours(agent: str) -> float:
    lines = await run_json(
        "push-file",
        str(INPUT),
        "--agent-id",
        agent,
        "--wait-reply",
        "0",
        "--no-record",
        within=_CALL_SECONDS,
    )
    return first_packet_after(lines)


def first_packet_after(lines: list[Line]) -> float:
    """Return seconds from the start of the command, at most one tick too many.

    Each event says how long after the beginning of sending it happened; the line that came
    the soonest after that says best when that was. The first tick follows within 20 ms.
    """
    begins: list[float] = [
        line.at - line.fields["t"] for line in lines if line.fields.get("t", 0) > 0
    ]
    if not begins:
        raise BenchError("no event tells when the call began")
    return min(begins) + TICK_SECONDS


async def _plain(scale: Scale) -> float:
    began = perf_clock()
    async with connected_pair("plain") as pair:
        caller, _ = await pair.measure(scale.settle)
    first = caller.calls[0].first_packet_at
    if first is None:
        raise BenchError("plain aiortc sent no packet")
    return first - began
