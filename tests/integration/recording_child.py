"""A process that records a made-up call, to be killed or to meet a full disk.

``python -m tests.integration.recording_child DIRECTORY TICK_SECONDS TICKS``: both sides speak a
ramp that tells its position, and each tick is an event; what was given so far is printed as a
number of samples a line. Exits with the recording's status.
"""

import sys
import threading
from pathlib import Path

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.recording.recorder import Recorder
from tests.recording.stereo_wav import ramp

AGENT_DELAY = 10
"""Ticks by which the agent's audio comes later than its place: a network that lags."""


def main(directory: Path, tick_seconds: float, ticks: int) -> int:
    """Record ``ticks`` ticks, one every ``tick_seconds`` of real time."""
    pause = threading.Event()
    with Recorder(directory) as recorder:
        for tick in range(ticks):
            at = tick * TICK_SAMPLES
            recorder.caller(ramp(at, TICK_SAMPLES), at)
            if tick >= AGENT_DELAY:
                heard = at - AGENT_DELAY * TICK_SAMPLES
                recorder.agent(ramp(heard, TICK_SAMPLES), heard)
            recorder.event({"event": "tick", "number": tick})
            sys.stdout.write(f"{at + TICK_SAMPLES}\n")
            sys.stdout.flush()
            pause.wait(tick_seconds)
        recorder.stop()
        recorder.write_documents([], {"ticks": ticks})
    if recorder.failure is None:
        return 0
    sys.stderr.write(f"{recorder.failure.message}\n")
    return recorder.failure.exit_status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
