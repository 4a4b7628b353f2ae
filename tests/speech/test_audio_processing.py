import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.speech.audio_processing import (
    BLOCK_SAMPLES,
    AudioProcessing,
    Processing,
    blocks,
)
from aicall_cli.speech.echo_canceller import load
from tests.support.speech_like import speech_like

# Once and for all: the library's threads and files are the process's, not a test's.
load()

NOTHING = Processing(
    echo_cancellation=False, noise_suppression=False, gain_control=False, high_pass_filter=False
)


def test_a_module_that_is_to_do_nothing_does_nothing() -> None:
    voice = speech_like(50)
    assert np.array_equal(AudioProcessing(NOTHING).process(voice), voice)


def test_blocks_are_of_ten_milliseconds() -> None:
    (first, second) = blocks(np.arange(2 * BLOCK_SAMPLES, dtype=np.int16))
    assert BLOCK_SAMPLES == SAMPLE_RATE // 100
    assert (first[0], second[0]) == (0, BLOCK_SAMPLES)
    with pytest.raises(ValueError, match="no whole blocks"):
        blocks(np.zeros(BLOCK_SAMPLES + 1, np.int16))


def test_a_delay_can_be_told() -> None:
    module = AudioProcessing(Processing())
    module.set_delay(0.1234)
    module.render(np.zeros(BLOCK_SAMPLES, np.int16))
    assert not module.process(np.zeros(BLOCK_SAMPLES, np.int16)).any()
