"""A recording whose process is killed by SIGKILL is playable, with at most 1 s lost."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES
from tests.integration.recording_child import AGENT_DELAY
from tests.recording.stereo_wav import ramp, read_stereo

ROOT = Path(__file__).parents[2]

# Ticks after which the process dies: inside each stretch between two headers, and between.
KILLED_AFTER = (3, 30, 55, 78, 101, 140)

Child = subprocess.Popen[str]


@pytest.fixture
def children(tmp_path: Path) -> Iterator[dict[int, Child]]:
    """Start one recording process for each moment, all at once."""
    running: dict[int, Child] = {}
    try:
        for ticks in KILLED_AFTER:
            directory = tmp_path / str(ticks)
            directory.mkdir()
            command = ["-m", "tests.integration.recording_child", str(directory), "0.02", "3000"]
            running[ticks] = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True
            )
        yield running
    finally:
        for child in running.values():
            child.kill()
            child.communicate(timeout=20)


def _killed_after(child: Child, ticks: int) -> int:
    """Kill ``child`` once it has recorded ``ticks``; return how many samples it was given."""
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(ticks)]
    child.kill()
    rest = child.stdout.read().splitlines(keepends=True)
    complete = [line for line in [*lines, *rest] if line.endswith("\n")]
    assert child.wait(20) == -9
    return int(complete[-1])


def test_at_most_a_second_is_lost_whenever_it_is_killed(
    tmp_path: Path, children: dict[int, Child]
) -> None:
    for ticks, child in children.items():
        given = _killed_after(child, ticks)
        samples = read_stereo(tmp_path / str(ticks) / "call.wav")

        assert given - SAMPLE_RATE <= len(samples) <= given
        assert np.array_equal(samples[:, 0], ramp(0, len(samples)))
        heard = max(len(samples) - AGENT_DELAY * TICK_SAMPLES, 0)
        assert np.array_equal(samples[:heard, 1], ramp(0, heard))

        events = (tmp_path / str(ticks) / "events.jsonl").read_text().splitlines(keepends=True)
        whole = [json.loads(line)["number"] for line in events if line.endswith("\n")]
        assert whole == list(range(len(whole)))
        assert len(whole) >= given // TICK_SAMPLES - 50
