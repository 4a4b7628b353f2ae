"""A script of the benches, run in a process of its own."""

import asyncio
import json
import sys
from typing import Any

from tests.bench.outcome import BenchError
from tests.bench.side import ROOT


async def run_script(module: str, *arguments: str, within: float) -> dict[str, Any]:
    """Run ``python -m module``; return the JSON object it prints. Raise BenchError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        async with asyncio.timeout(within):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise BenchError(f"{module} was not over after {within:g} s") from None
    if process.returncode:
        raise BenchError(f"{module} ended with status {process.returncode}")
    found: dict[str, Any] = json.loads(output)
    return found
