import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import PUSH_RATES, SAMPLE_RATE, AudioFormat
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.capture.intake import Intake
from aicall_cli.speech.audio_processing import BLOCK_SAMPLES, Processing
from aicall_cli.speech.echo_canceller import EchoCanceller, load

# Once and for all: the library's threads and files are the process's, not a test's.
load()

NOTHING = Processing(
    echo_cancellation=False, noise_suppression=False, gain_control=False, high_pass_filter=False
)
"""A canceller that changes nothing, so that samples can be counted and compared."""

blocks = st.lists(st.integers(0, 2_000), max_size=20)
rates = st.sampled_from(PUSH_RATES)


def said(samples: int, channels: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    random = np.random.default_rng(samples)
    return random.integers(-9_000, 9_000, (samples, channels)).astype(np.int16)


@given(rates, blocks)
def test_without_3a_it_is_the_resampler(rate: int, sizes: list[int]) -> None:
    source = AudioFormat(rate, 1)
    intake, resampler = Intake(source, None), StreamResampler(source)
    assert intake.lookahead == resampler.lookahead
    for size in sizes:
        assert intake.growth(size) == resampler.growth(size)
        assert np.array_equal(intake.process(said(size)), resampler.process(said(size)))
        assert intake.pending == resampler.pending


@given(rates, blocks)
def test_with_3a_every_sample_comes_out_in_blocks_and_in_order(rate: int, sizes: list[int]) -> None:
    source = AudioFormat(rate, 1)
    intake, resampler = Intake(source, EchoCanceller(NOTHING)), StreamResampler(source)
    came: list[int] = []
    expected: list[int] = []
    total = 0
    for size in sizes:
        total += intake.growth(size)
        out = intake.process(said(size))
        assert len(out) % BLOCK_SAMPLES == 0
        came += out.tolist()
        expected += resampler.process(said(size)).tolist()
        assert len(came) + intake.pending == total
    assert came == expected[: len(came)]
    # Silence of `lookahead` brings out all that was pushed.
    tail = intake.process(np.zeros((intake.lookahead, 1), np.int16))
    assert len(came) + len(tail) >= total


def test_a_cleared_stream_begins_anew() -> None:
    intake = Intake(AudioFormat(16_000, 1), EchoCanceller(NOTHING))
    intake.process(said(1_000))
    assert intake.pending > 0
    intake.clear()
    assert intake.pending == 0
    assert not intake.process(np.zeros((1_600, 1), np.int16)).any()


def test_stereo_becomes_mono_before_3a() -> None:
    intake = Intake(AudioFormat(SAMPLE_RATE, 2), EchoCanceller(NOTHING))
    left_right = np.stack([np.full(960, 1_000), np.full(960, 3_000)], axis=1).astype(np.int16)
    assert np.mean(intake.process(left_right)) == pytest.approx(2_000, abs=1)
