"""A recording through a real PortAudio, measured on PulseAudio's speaker."""

import numpy as np
import pytest

from aicall_cli.audio.format import Pcm
from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.recording.kept_calls import keep_call
from tests.support.pulse import SPEAKER, PulseServer

_BLOCK = 480


def _voiced_seconds(pcm: Pcm) -> float:
    blocks = pcm[: len(pcm) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    return float(np.count_nonzero(np.abs(blocks).max(axis=1) > 1000) * 0.01)


@pytest.mark.parametrize(("side", "seconds"), [("both", 1.5), ("agent", 0.5)])
def test_a_recording_is_heard_to_its_end(
    aicall: Command, pulse: PulseServer, side: str, seconds: float
) -> None:
    keep_call(aicall.recordings)
    with pulse.recording() as heard:
        done = aicall.run("recordings", "play", "--side", side, variables=pulse.variables)
    assert (done.status, done.out, done.err) == (ExitStatus.OK, "", "")
    assert _voiced_seconds(heard.pcm) == pytest.approx(seconds, abs=0.1)


def test_a_speaker_that_is_not_there_is_7(aicall: Command, pulse: PulseServer) -> None:
    keep_call(aicall.recordings)
    options = ("--output-device", "violin")
    done = aicall.run("recordings", "play", *options, variables=pulse.variables)
    complaint = done.complaint(ExitStatus.DEVICE)
    assert "there is no output device violin" in complaint
    assert SPEAKER in complaint
