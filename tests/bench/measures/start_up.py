"""What ``aicall`` adds to an interpreter that imports what every command line needs."""

import asyncio
import sys
from collections.abc import Sequence
from statistics import median

from aicall_cli.clock import perf_clock
from tests.bench.command import AICALL
from tests.bench.outcome import BenchError, Outcome
from tests.bench.scale import Scale
from tests.bench.side import ROOT

TARGET_SECONDS = 0.15
BASE = (sys.executable, "-c", "import typer, rich")
_SECONDS = 30.0


async def measure(scale: Scale) -> list[Outcome]:
    """Take turns between the bare interpreter and each option."""
    options = ("--version", "--help")
    commands = {"base": BASE, **{option: (*AICALL, option) for option in options}}
    found: dict[str, list[float]] = {name: [] for name in commands}
    # The first round fills the file cache and writes byte code; it does not count.
    for turn in range(scale.starts + 1):
        for name, command in commands.items():
            seconds = await _seconds(command)
            if turn:
                found[name].append(seconds)
    base = median(found["base"])
    return [_outcome(option, median(found[option]), base) for option in options]


async def _seconds(command: Sequence[str]) -> float:
    began = perf_clock()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            status = await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise BenchError(f"{' '.join(command)} does not end") from None
    if status:
        raise BenchError(f"{' '.join(command)} ended with status {status}")
    return perf_clock() - began


def _outcome(option: str, seconds: float, base: float) -> Outcome:
    added = seconds - base
    return Outcome(
        measure=f"aicall {option}, above typer and rich",
        target=f"≤ {TARGET_SECONDS:g} s",
        unit="s",
        ours=added,
        met=added <= TARGET_SECONDS,
        details={"whole_seconds": seconds, "interpreter_seconds": base},
    )
