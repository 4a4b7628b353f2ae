"""Memory and queues of a long call whose devices' clocks drift, in virtual time."""

from typing import Any

from tests.bench.outcome import Outcome
from tests.bench.scale import Scale
from tests.bench.script import run_script

TARGET_MB = 5.0
TARGET_MS = 20.0
DRIFTS_PPM = ((200.0, -200.0), (-200.0, 200.0))
"""Of the microphone and of the speaker."""
_SPEED = 5.0
"""The slowest that virtual time may run against real time."""
_START_SECONDS = 60.0


async def measure(scale: Scale) -> list[Outcome]:
    """Hold a call with each drift, in a process of its own."""
    seconds = scale.device_call
    calls = [
        await run_script(
            "tests.bench.drifting_call",
            *(str(number) for number in (seconds, *drifts)),
            within=seconds / _SPEED + _START_SECONDS,
        )
        for drifts in DRIFTS_PPM
    ]
    added = max(_added(call, "memory_mb") for call in calls)
    depth = max(
        abs(_added(call, queue)) for call in calls for queue in ("microphone_ms", "speaker_ms")
    )
    name = f"{seconds:g} s call, device clocks ±200 ppm"
    return [
        Outcome(
            measure=f"{name}: memory after the first minute",
            target=f"≤ {TARGET_MB:g} MB more",
            unit="MB",
            ours=added,
            met=added <= TARGET_MB,
            details={"calls": list(calls)},
        ),
        Outcome(
            measure=f"{name}: change of either queue",
            target=f"≤ {TARGET_MS:g} ms",
            unit="ms",
            ours=depth,
            met=depth <= TARGET_MS,
        ),
    ]


def _added(call: dict[str, Any], figure: str) -> float:
    return float(call["last"][figure] - call["first"][figure])
