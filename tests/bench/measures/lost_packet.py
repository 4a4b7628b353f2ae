"""The delay that one lost packet leaves behind."""

from statistics import median

from tests.bench.outcome import BenchError, Outcome
from tests.bench.pair import connected_pair
from tests.bench.report import latencies
from tests.bench.scale import Scale

TARGET_MS = 1.0
"""What counts as none: well below the 20 ms of a frame, and above the noise."""


async def measure(scale: Scale) -> list[Outcome]:
    """Lose one packet at the sender and compare the latency before and some time after."""
    ours, plain = await _added_ms("ours", scale), await _added_ms("plain", scale)
    return [
        Outcome(
            measure=f"delay left {scale.after_loss:g} s after one lost packet",
            target="none",
            unit="ms",
            ours=ours,
            plain=plain,
            met=ours <= TARGET_MS,
        )
    ]


async def _added_ms(kind: str, scale: Scale) -> float:
    wait = scale.after_loss
    async with connected_pair(kind) as pair:
        await pair.measure(scale.settle)
        caller, listener = await pair.measure(3 * wait, drop_after=wait)
    dropped_at = caller.calls[0].dropped_at
    if dropped_at is None:
        raise BenchError(f"no packet of {kind} was dropped")
    found = latencies(caller.calls[0], listener.calls[0])
    before = [latency for at, latency in found if at < dropped_at]
    after = [latency for at, latency in found if at > dropped_at + wait]
    if not before or not after:
        raise BenchError(f"the listener of {kind} did not hear on both sides of the loss")
    return (median(after) - median(before)) * 1000
