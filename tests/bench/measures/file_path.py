"""A file over the whole path: the command, the call, what the agent's side hears."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from aicall_cli.audio.format import TICK_SECONDS, Pcm
from tests.bench.alignment import Alignment, align
from tests.bench.command import run_json, summary
from tests.bench.outcome import JSON, Outcome
from tests.bench.pair import connected_pair
from tests.bench.scale import Scale
from tests.bench.side import Side, side
from tests.bench.speech import repeated_speech, upsample, write_speech

CORRELATION_TARGET = 0.95
GAP_TARGET_MS = TICK_SECONDS * 1000
LATENESS_TARGET_MS = 1.0
ATTEMPTS = 3
"""Runs of which the first without a skipped tick counts."""
_CALL_SECONDS = 60.0
"""Beyond the file's own length, for set-up and the end."""


@dataclass(frozen=True, slots=True)
class _Run:
    alignment: Alignment
    summary: dict[str, Any]
    frames: int
    filled: int
    attempts: int


async def measure(scale: Scale) -> list[Outcome]:
    """Push the file to the built-in agent, and play it to plain aiortc's far end."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "speech.wav"
        write_speech(file, scale.file)
        reference = upsample(repeated_speech(scale.file))
        run = await _ours(file, reference, scale)
        plain = align(reference, await _plain(file, scale))
    ours = run.alignment
    skipped = run.summary["ticks"]["skipped"]
    lateness = run.summary["ticks"]["lateness_p99"] * 1000
    return [
        Outcome(
            measure=f"{scale.file:g} s file to the agent's side, correlation",
            target=f"≥ {CORRELATION_TARGET:g}",
            unit="",
            ours=ours.correlation,
            plain=plain.correlation,
            met=ours.correlation >= CORRELATION_TARGET and not skipped,
            details=_details(run),
        ),
        Outcome(
            measure=f"{scale.file:g} s file to the agent's side, longest gap",
            target=f"≤ {GAP_TARGET_MS:g} ms",
            unit="ms",
            ours=ours.longest_gap_ms,
            plain=plain.longest_gap_ms,
            met=ours.longest_gap_ms <= GAP_TARGET_MS and not skipped,
        ),
        Outcome(
            measure="tick lateness p99, that whole call with its recording",
            target=f"≤ {LATENESS_TARGET_MS:g} ms",
            unit="ms",
            ours=lateness,
            met=lateness <= LATENESS_TARGET_MS,
            details={"ticks": run.summary["ticks"]},
        ),
    ]


async def _ours(file: Path, reference: Pcm, scale: Scale) -> _Run:
    async with side("listening_agent") as agent:
        run = await _push(agent, file, reference, scale, 1)
        for attempt in range(2, ATTEMPTS + 1):
            if run.summary["ticks"]["skipped"] == 0:
                break
            run = await _push(agent, file, reference, scale, attempt)
    return run


async def _push(agent: Side, file: Path, reference: Pcm, scale: Scale, attempt: int) -> _Run:
    url = (await agent.ask("url"))["url"]
    lines = await run_json(
        "push-file",
        str(file),
        "--server",
        str(url),
        "--agent-id",
        "echo",
        "--wait-reply",
        "0",
        "--record-dir",
        str(file.parent),
        within=scale.file + _CALL_SECONDS,
    )
    heard = file.with_suffix(".npy")
    found: Any = await agent.ask("save", path=str(heard))
    alignment = align(reference, np.load(heard))
    return _Run(alignment, summary(lines), found["frames"], found["filled"], attempt)


async def _plain(file: Path, scale: Scale) -> Pcm:
    heard = file.with_suffix(".plain.npy")
    async with connected_pair("plain", play=file, save=heard) as pair:
        await pair.measure(scale.file + scale.settle)
    pcm: Pcm = np.load(heard)
    return pcm


def _details(run: _Run) -> dict[str, JSON]:
    return {
        "attempts": run.attempts,
        "skipped": run.summary["ticks"]["skipped"],
        "frames_heard": run.frames,
        "frames_filled_in": run.filled,
        "pushes": run.summary["pushes"],
        "lag_seconds": run.alignment.lag_seconds,
    }
