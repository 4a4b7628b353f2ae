"""``aicall`` as a user runs it: a process, its JSON lines, and when they came."""

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any

from aicall_cli.clock import perf_clock
from tests.bench.outcome import BenchError
from tests.bench.side import ROOT

AICALL = (sys.executable, "-m", "aicall_cli")
_LINE_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One JSON object and when it came, in seconds after the command was started."""

    at: float
    fields: dict[str, Any]


async def run_json(*arguments: str, within: float) -> list[Line]:
    """Run ``aicall ARGUMENTS --json``; return its lines. Raise BenchError when it fails."""
    began = perf_clock()
    process = await asyncio.create_subprocess_exec(
        *AICALL,
        *arguments,
        "--json",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        limit=_LINE_LIMIT,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(within):
            lines = [Line(perf_clock() - began, json.loads(text)) async for text in process.stdout]
            status = await process.wait()
    except (TimeoutError, ValueError) as error:
        process.kill()
        await process.wait()
        raise BenchError(f"aicall {' '.join(arguments)} failed: {error!r}") from error
    if status:
        raise BenchError(f"aicall {' '.join(arguments)} ended with status {status}")
    return lines


def summary(lines: list[Line]) -> dict[str, Any]:
    """Return the summary, which is the last line."""
    if not lines or lines[-1].fields.get("event") != "summary":
        raise BenchError("the command printed no summary")
    return lines[-1].fields
