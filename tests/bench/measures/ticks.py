"""How late ticks come, and whether media time keeps up with the time that passes."""

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SECONDS
from tests.bench.outcome import JSON, BenchError, Outcome
from tests.bench.pair import connected_pair
from tests.bench.report import CallReport
from tests.bench.scale import Scale

LATENESS_TARGET_MS = 1.0


async def measure(scale: Scale) -> list[Outcome]:
    """Watch one call's sender: each tick is encoded and sent, and audio comes back."""
    ours, plain = await _sender("ours", scale), await _sender("plain", scale)
    lateness, plain_lateness = _p99_ms(ours), _p99_ms(plain)
    drift, plain_drift = _drift_ms(ours), _drift_ms(plain)
    return [
        Outcome(
            measure="tick lateness p99, one call",
            target=f"≤ {LATENESS_TARGET_MS:g} ms",
            unit="ms",
            ours=lateness,
            plain=plain_lateness,
            met=lateness <= LATENESS_TARGET_MS,
            details={**_details("ours", ours), **_details("plain", plain)},
        ),
        Outcome(
            measure=f"media time against elapsed time after {scale.ticks:g} s",
            target="± 20 ms",
            unit="ms",
            ours=drift,
            plain=plain_drift,
            met=abs(drift) <= TICK_SECONDS * 1000,
            details={"ours_skipped": ours.skipped},
        ),
    ]


async def _sender(kind: str, scale: Scale) -> CallReport:
    async with connected_pair(kind) as pair:
        await pair.measure(scale.settle)
        caller, _ = await pair.measure(scale.ticks)
    report = caller.calls[0]
    if len(report.sent) < 2:
        raise BenchError(f"the caller of {kind} sent nothing")
    return report


def _p99_ms(report: CallReport) -> float:
    assert report.lateness_p99 is not None
    return report.lateness_p99 * 1000


def _drift_ms(report: CallReport) -> float:
    """Media time minus elapsed time between the window's first and last tick."""
    (first_position, first_at), (last_position, last_at) = report.sent[0], report.sent[-1]
    media = (last_position - first_position) / SAMPLE_RATE
    return (media - (last_at - first_at)) * 1000


def _details(kind: str, report: CallReport) -> dict[str, JSON]:
    assert report.lateness_p50 is not None
    assert report.lateness_max is not None
    return {
        f"{kind}_p50_ms": report.lateness_p50 * 1000,
        f"{kind}_max_ms": report.lateness_max * 1000,
        f"{kind}_ticks": len(report.sent),
    }
