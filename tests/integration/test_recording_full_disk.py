"""A disk that is full in mid-call: the call goes on, and says at its end what happened."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.exit_status import ExitStatus
from tests.recording.stereo_wav import ramp, read_stereo

ROOT = Path(__file__).parents[2]
LIMIT = 2_000_000
"""Bytes that a file may have; ten times faster than a call, half a second of it is 960 000."""
TICKS = 800

LIMITED = f"""
import sys
from pathlib import Path
from tests.integration.recording_child import main
from tests.recording.file_size_limit import file_size_limit

with file_size_limit({LIMIT}):
    sys.exit(main(Path(sys.argv[1]), 0.002, {TICKS}))
"""


def test_the_call_goes_on_and_what_is_on_the_disk_is_playable(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    path = tmp_path / "call.wav"
    assert done.returncode == ExitStatus.RECORDING
    assert done.stderr == f"cannot write the recording {path}: File too large\n"
    assert int(done.stdout.splitlines()[-1]) == TICKS * TICK_SAMPLES

    samples = read_stereo(path)
    assert 0 < len(samples) < TICKS * TICK_SAMPLES
    assert path.stat().st_size <= LIMIT
    assert np.array_equal(samples[:, 0], ramp(0, len(samples)))
    events = (tmp_path / "events.jsonl").read_text().splitlines()
    assert json.loads(events[-1])["number"] == TICKS - 1
    assert json.loads((tmp_path / "summary.json").read_text()) == {"ticks": TICKS}
