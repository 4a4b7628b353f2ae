import numpy as np

from aicall_cli.audio.format import Pcm
from aicall_cli.speech.audio_processing import BLOCK_SAMPLES
from aicall_cli.speech.echo_canceller import load
from aicall_cli.speech.gain_control import GainControl
from tests.support.echo_path import decibels
from tests.support.speech_like import speech_like

# Once and for all: the library's threads and files are the process's, not a test's.
load()

VOICE = list((speech_like(100) // 8).reshape(-1, BLOCK_SAMPLES))


def louder(blocks: list[Pcm]) -> float:
    """Return by how many decibels the last half second is louder than it was."""
    return decibels(np.concatenate(blocks[-50:])) - decibels(np.concatenate(VOICE[-50:]))


def test_a_quiet_voice_becomes_louder() -> None:
    control = GainControl()
    assert louder([control.process(block, rest=False) for block in VOICE]) > 6


def test_while_it_rests_nothing_is_changed() -> None:
    control = GainControl()
    rested = [control.process(block, rest=True) for block in VOICE]
    assert all(np.array_equal(a, b) for a, b in zip(rested[1:], VOICE[1:], strict=True))


def test_going_to_rest_and_back_does_not_click() -> None:
    control = GainControl()
    tone = np.rint(1_000 * np.sin(2 * np.pi * 200 * np.arange(96_000) / 48_000)).astype(np.int16)
    heard = [
        control.process(block, rest=number // 20 % 2 == 1)
        for number, block in enumerate(tone.reshape(-1, BLOCK_SAMPLES))
    ]
    pcm = np.concatenate(heard).astype(np.int64)
    assert np.abs(np.diff(pcm)).max() < 0.1 * np.abs(pcm).max()
