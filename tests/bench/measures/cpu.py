"""Processor time of one side for each second of each call, transport only."""

from dataclasses import dataclass
from statistics import median

from aicall_cli.audio.format import TICK_SECONDS
from tests.bench.outcome import JSON, BenchError, Outcome
from tests.bench.pair import connected_pair
from tests.bench.report import EndReport
from tests.bench.scale import Scale

TARGET_RATIO = 0.6
ATTEMPTS = 3
KEPT_UP_SHARE = 0.95
"""Frames sent and heard of those that were due, for a window to count."""


async def measure(scale: Scale) -> list[Outcome]:
    """Compare many calls in one process, and one call."""
    many = await _compare(scale.many_calls, scale)
    one = await _compare(1, scale)
    return [
        Outcome(
            measure=f"CPU per call-second, {scale.many_calls} calls",
            target=f"≤ {TARGET_RATIO:g} × plain",
            unit="ms",
            ours=median(many.ours),
            plain=median(many.plain),
            met=many.ratio <= TARGET_RATIO,
            details=many.details(),
        ),
        Outcome(
            measure="CPU per call-second, 1 call",
            target="reported",
            unit="ms",
            ours=median(one.ours),
            plain=median(one.plain),
            details=one.details(),
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Milliseconds for each call-second, by round."""

    ours: list[float]
    plain: list[float]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: the machine's speed may change between rounds."""
        return median(a / b for a, b in zip(self.ours, self.plain, strict=True))

    def details(self) -> dict[str, JSON]:
        return {"ratio": self.ratio, "ours": list(self.ours), "plain": list(self.plain)}


async def _compare(calls: int, scale: Scale) -> _Comparison:
    found = _Comparison([], [])
    for _ in range(scale.rounds):
        found.ours.append(await _cpu_ms("ours", calls, scale))
        found.plain.append(await _cpu_ms("plain", calls, scale))
    return found


async def _cpu_ms(kind: str, calls: int, scale: Scale) -> float:
    for _ in range(ATTEMPTS):
        async with connected_pair(kind, calls) as pair:
            await pair.measure(scale.settle)
            caller, _ = await pair.measure(scale.cpu)
        if _kept_up(caller):
            return caller.cpu_per_call_second * 1000
    raise BenchError(
        f"{kind} did not keep up with {calls} calls in {ATTEMPTS} attempts: the machine is busy"
    )


def _kept_up(report: EndReport) -> bool:
    """Whether the work was all done: audio left out on a busy machine would look like thrift."""
    due = report.seconds / TICK_SECONDS * len(report.calls)
    sent = sum(len(call.sent) for call in report.calls)
    heard = sum(len(call.heard) for call in report.calls)
    return min(sent, heard) >= KEPT_UP_SHARE * due
