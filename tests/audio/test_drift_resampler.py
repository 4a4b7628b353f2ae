import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.audio.drift_resampler import (
    DEFAULT_TARGET_FILL,
    DriftResampler,
)
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.tone import tone
from tests.audio.two_clocks import run_queue, ticks

BLOCK = 480
TARGET = DEFAULT_TARGET_FILL
RATE = SAMPLE_RATE


class Microphone:
    """A tone in blocks of 10 ms, through the resampler."""

    def __init__(self, frequency: float = 1000.0) -> None:
        self.resampler = DriftResampler()
        self.heard: list[Pcm] = []
        self._frequency = frequency
        self._at = 0

    def __call__(self, fill: int) -> int:
        block = tone(self._frequency, self._at, BLOCK, RATE, 0.5)
        self._at += BLOCK
        out = self.resampler.process(block, fill)
        self.heard.append(out)
        return len(out)

    def last(self, seconds: float) -> Pcm:
        return np.concatenate(self.heard)[-round(seconds * RATE) :]


def noise_to_tone(pcm: Pcm, width: float = 25.0) -> float:
    """Return the power of all that lies ``width`` Hz beside the strongest tone, in dB of it."""
    window = np.blackman(len(pcm)) ** 2
    spectrum = np.abs(np.fft.rfft(pcm * window)) ** 2
    centre = int(np.argmax(spectrum))
    bins = round(width * len(pcm) / RATE)
    total = spectrum[max(centre - bins, 0) : centre + bins + 1].sum()
    return float(10 * np.log10((spectrum.sum() - total) / total))


def steepest(pcm: Pcm) -> int:
    return int(np.abs(np.diff(pcm.astype(int))).max())


@pytest.mark.parametrize("ppm", [200.0, -200.0])
@pytest.mark.parametrize("frequency", [440.0, 1000.0, 7000.0])
def test_a_tone_stays_clean_between_two_clocks(ppm: float, frequency: float) -> None:
    microphone = Microphone(frequency)
    fills = [
        queued
        for _, queued in run_queue(
            40, ticks(0.010, ppm, jitter=0.008), ticks(0.020), microphone, 960
        )
    ]
    assert microphone.resampler.refills == 1
    assert 0.010 * RATE < min(fills[50:]) < max(fills[50:]) < 0.050 * RATE
    clean = microphone.last(30)
    assert noise_to_tone(clean[: 8 * RATE]) < -75
    assert noise_to_tone(clean[-8 * RATE :]) < -75
    assert steepest(clean) <= 2 * np.pi * frequency / RATE * 0.5 * 32_768 + 2


def test_at_the_target_nothing_is_changed_but_by_the_lookahead() -> None:
    resampler = DriftResampler()
    sound = tone(1000, 0, 48_000, RATE, 0.5)
    heard = np.concatenate(
        [resampler.process(sound[i : i + BLOCK], TARGET) for i in range(0, len(sound), BLOCK)]
    )
    assert len(sound) - len(heard) == 32
    assert abs(heard[100:].astype(int) - sound[100 : len(heard)]).max() <= 1
    assert resampler.drift_ppm == 0
    assert not resampler.has_learnt
    for _ in range(6000):
        resampler.process(sound[:BLOCK], TARGET)
    assert resampler.drift_ppm == 0
    assert resampler.has_learnt


def test_a_dry_queue_gets_silence_and_then_a_sound_that_fades_in() -> None:
    resampler = DriftResampler()
    block = np.full(BLOCK, 10_000, dtype=np.int16)
    out = resampler.process(block, 0)
    assert len(out) == TARGET + BLOCK - 32
    assert not out[:TARGET].any()
    assert steepest(out) < 100
    assert resampler.refills == 1
    assert len(resampler.process(block, TARGET)) == BLOCK
    assert resampler.refills == 1


def test_an_excess_is_squeezed_away_without_a_loss() -> None:
    resampler = DriftResampler()
    fill, seconds = TARGET + RATE * 50 // 1000, 0.0
    while fill > RATE * 42 // 1000 and seconds < 60:
        fill += len(resampler.process(tone(440, 0, BLOCK, RATE, 0.5), fill)) - BLOCK
        seconds += BLOCK / RATE
    assert 9 < seconds < 40
    assert resampler.refills == 0


def test_a_queue_that_nobody_drains_tells_nothing() -> None:
    resampler = DriftResampler()
    for _ in range(1000):
        assert len(resampler.process(np.zeros(BLOCK, dtype=np.int16), None)) in (BLOCK - 32, BLOCK)
    assert resampler.drift_ppm == 0
    assert resampler.refills == 0


@settings(max_examples=50)
@given(
    blocks=st.lists(
        st.tuples(st.integers(0, 700), st.none() | st.integers(0, 3 * TARGET)),
        min_size=1,
        max_size=40,
    )
)
def test_any_blocks_at_any_fill(blocks: list[tuple[int, int | None]]) -> None:
    resampler = DriftResampler()
    given_samples = heard = 0
    for length, fill in blocks:
        out = resampler.process(np.full(length, 1000, dtype=np.int16), fill)
        assert out.dtype == np.int16
        assert out.ndim == 1
        given_samples += length
        heard += len(out)
    silence = resampler.refills * TARGET
    assert (
        abs(heard - silence - given_samples) <= 34 * (1 + resampler.refills) + 0.006 * given_samples
    )


def test_what_was_before_a_gap_does_not_come_out_after_it() -> None:
    resampler = DriftResampler()
    resampler.process(np.full(960, 20_000, dtype=np.int16), TARGET)
    assert not resampler.process(np.zeros(960, dtype=np.int16), 0).any()


def test_a_sample_comes_out_once_its_lookahead_has_followed() -> None:
    resampler = DriftResampler()
    click = np.zeros(960, dtype=np.int16)
    click[-1] = 20_000
    resampler.process(np.zeros(960, dtype=np.int16), TARGET)
    assert not (np.abs(resampler.process(click, TARGET)) > 10_000).any()
    after = resampler.process(np.zeros(resampler.lookahead, dtype=np.int16), TARGET)
    assert (np.abs(after) > 10_000).any()
