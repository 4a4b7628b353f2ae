"""Processor time of one side for each second of each call, transport only."""

from statistics import median

from tests.bench.outcome import JSON, Outcome
from tests.bench.pair import KINDS, connected_pair
from tests.bench.scale import Scale

TARGET_RATIO = 0.6


async def measure(scale: Scale) -> list[Outcome]:
    """Compare many calls in one process, and one call."""
    many = await _compare(scale.many_calls, scale)
    one = await _compare(1, scale)
    ratio = many["ours"] / many["plain"]
    return [
        Outcome(
            measure=f"CPU per call-second, {scale.many_calls} calls",
            target=f"≤ {TARGET_RATIO:g} × plain",
            unit="ms",
            ours=many["ours"],
            plain=many["plain"],
            met=ratio <= TARGET_RATIO,
            details={"ratio": ratio},
        ),
        Outcome(
            measure="CPU per call-second, 1 call",
            target="reported",
            unit="ms",
            ours=one["ours"],
            plain=one["plain"],
            details=_ratio(one),
        ),
    ]


async def _compare(calls: int, scale: Scale) -> dict[str, float]:
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(scale.rounds):
        for kind in KINDS:
            found[kind].append(await _cpu_ms(kind, calls, scale))
    return {kind: median(values) for kind, values in found.items()}


async def _cpu_ms(kind: str, calls: int, scale: Scale) -> float:
    async with connected_pair(kind, calls) as pair:
        await pair.measure(scale.settle)
        caller, _ = await pair.measure(scale.cpu)
    return caller.cpu_per_call_second * 1000


def _ratio(found: dict[str, float]) -> dict[str, JSON]:
    return {"ratio": found["ours"] / found["plain"]}
