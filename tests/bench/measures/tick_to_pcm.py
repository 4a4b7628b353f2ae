"""From the tick that hands over a frame to its decoded PCM at the far side."""

from statistics import median, quantiles

from tests.bench.outcome import BenchError, Outcome
from tests.bench.pair import connected_pair
from tests.bench.report import latencies
from tests.bench.scale import Scale

TARGET_MS = 4.0


async def measure(scale: Scale) -> list[Outcome]:
    """Measure one call on loopback without loss."""
    ours, plain = await _latencies_ms("ours", scale), await _latencies_ms("plain", scale)
    return [
        Outcome(
            measure="tick to decoded PCM, median",
            target=f"≤ {TARGET_MS:g} ms",
            unit="ms",
            ours=median(ours),
            plain=median(plain),
            met=median(ours) <= TARGET_MS,
            details={
                "ours_frames": len(ours),
                "ours_p99_ms": quantiles(ours, n=100)[-1],
                "plain_frames": len(plain),
                "plain_p99_ms": quantiles(plain, n=100)[-1],
            },
        )
    ]


async def _latencies_ms(kind: str, scale: Scale) -> list[float]:
    async with connected_pair(kind) as pair:
        await pair.measure(scale.settle)
        caller, listener = await pair.measure(scale.latency)
    found = [latency * 1000 for _, latency in latencies(caller.calls[0], listener.calls[0])]
    if len(found) < 2:
        raise BenchError(f"the listener of {kind} heard nothing of the caller")
    return found
