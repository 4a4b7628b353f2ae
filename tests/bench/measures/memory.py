"""Peak memory of a long file against a short one, pushed into a null backend."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.outcome import BenchError, Outcome
from tests.bench.scale import Scale
from tests.bench.script import run_script
from tests.bench.speech import FILE_RATE, write_speech

TARGET_MB = 20.0
_SPEED = 5.0
"""The slowest that virtual time may run against real time."""
_START_SECONDS = 60.0
_MB = 1e6


async def measure(scale: Scale) -> list[Outcome]:
    """Push both files, each in a process of its own."""
    short, long = await _push(scale.short_file), await _push(scale.long_file)
    added = (long["peak_bytes"] - short["peak_bytes"]) / _MB
    return [
        Outcome(
            measure=f"peak memory, {scale.long_file:g} s file above {scale.short_file:g} s file",
            target=f"≤ {TARGET_MB:g} MB",
            unit="MB",
            ours=added,
            met=added <= TARGET_MB,
            details={"long": long, "short": short},
        )
    ]


async def _push(seconds: float) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "speech.wav"
        write_speech(file, seconds)
        found = await run_script(
            "tests.bench.null_push", str(file), within=seconds / _SPEED + _START_SECONDS
        )
    if found["pushed_samples"] != round(seconds * FILE_RATE):
        raise BenchError(f"of {seconds:g} s only {found['pushed_samples']} samples were pushed")
    return found
