import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.level import MAX_VOLUME, SILENCE_DBFS, dbfs, peak, rms, volume

SILENCE = np.zeros(960, np.int16)
NOTHING = np.zeros(0, np.int16)
LOUDEST = np.full(960, -32_768, np.int16)


def sine(amplitude: float) -> Pcm:
    return np.round(32_768 * amplitude * np.sin(np.arange(960) * 2 * np.pi / 96)).astype(np.int16)


def test_a_full_scale_square_wave_has_level_1() -> None:
    assert rms(LOUDEST) == peak(LOUDEST) == 1.0


def test_the_rms_of_a_sine_is_its_amplitude_over_root_two() -> None:
    assert rms(sine(0.5)) == pytest.approx(0.5 / np.sqrt(2), rel=1e-3)


@pytest.mark.parametrize(("sample", "expected"), [(16_384, 0.5), (-16_384, 0.5), (32_767, 1.0)])
def test_the_peak_is_the_largest_amplitude_of_either_sign(sample: int, expected: float) -> None:
    pcm = SILENCE.copy()
    pcm[7] = sample
    assert peak(pcm) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("pcm", [SILENCE, NOTHING])
def test_silence_and_nothing_have_level_0(pcm: Pcm) -> None:
    assert rms(pcm) == peak(pcm) == 0.0
    assert volume(pcm) == 0


@pytest.mark.parametrize(
    ("amplitude", "decibels"),
    [(1.0, 0.0), (0.5, -6.0206), (0.001, -60.0), (1e-9, SILENCE_DBFS), (0.0, SILENCE_DBFS)],
)
def test_decibels(amplitude: float, decibels: float) -> None:
    assert dbfs(amplitude) == pytest.approx(decibels, abs=1e-4)


def test_stereo_counts_every_sample() -> None:
    stereo = np.stack([sine(0.5), SILENCE], axis=1)
    assert rms(stereo) == pytest.approx(0.25, rel=1e-3)


def test_volume_spans_the_vendor_s_range() -> None:
    assert volume(LOUDEST) == MAX_VOLUME
    assert volume(sine(0.0005)) == 0
    assert 0 < volume(sine(0.01)) < volume(sine(0.1)) < volume(sine(1.0)) < MAX_VOLUME


@given(arrays(np.int16, st.integers(0, 50)))
def test_levels_stay_in_their_ranges(pcm: Pcm) -> None:
    assert 0.0 <= rms(pcm) <= peak(pcm) <= 1.0 or rms(pcm) == pytest.approx(peak(pcm))
    assert SILENCE_DBFS <= dbfs(rms(pcm)) <= 1e-9
    assert 0 <= volume(pcm) <= MAX_VOLUME
