"""Pushes a file into a null backend in virtual time: ``python -m tests.bench.null_push FILE``.

Prints one JSON object: the peak memory, and how the push went.
"""

import asyncio
import json
import sys
from pathlib import Path

from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.file_source import FileSource
from aicall_cli.capture.pump import pump
from aicall_cli.session.session import Session
from tests.bench.null_backend import NullBackend
from tests.bench.outcome import JSON
from tests.bench.peak_memory import peak_memory_bytes
from tests.bench.virtual_loop import HurryingLoop

_SWITCH_SECONDS = 0.000_2
"""The loop never waits, so the thread that reads the file must get its turn soon."""


async def push(path: Path) -> dict[str, JSON]:
    """Push ``path`` through a session; return what it took."""
    clock = asyncio.get_running_loop().time
    backend = NullBackend(clock)
    session = Session(clock)
    source = await FileSource.open(path)
    try:
        async with session.setting_up():
            await session.connect(backend)
        await session.begun()
        stream = session.mixer.add_stream(
            ExternalAudioStreamConfig(source.format.sample_rate, source.format.channels)
        )
        result = await pump(source, stream)
        statistics = stream.statistics
        await session.close()
    finally:
        await source.close()
    return {
        "result": result.name,
        "peak_bytes": peak_memory_bytes(),
        "file_seconds": source.duration,
        "pushed_samples": statistics.pushed_samples,
        "ticks": backend.ticks,
        "underruns": statistics.underruns,
    }


if __name__ == "__main__":
    sys.setswitchinterval(_SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=HurryingLoop) as runner:
        print(json.dumps(runner.run(push(Path(sys.argv[1])))))
