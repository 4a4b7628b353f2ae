import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.tone import noise, tone


@given(
    start=st.integers(0, 10**12),
    cut=st.integers(0, 500),
    frequency=st.sampled_from([440, 997, 0.5, 12_345.6]),
)
def test_blocks_of_a_tone_join_without_a_seam(start: int, cut: int, frequency: float) -> None:
    whole = tone(frequency, start, 500, 48_000)
    head, tail = (
        tone(frequency, start, cut, 48_000),
        tone(frequency, start + cut, 500 - cut, 48_000),
    )
    assert np.array_equal(whole, np.concatenate((head, tail)))


def test_a_tone_has_its_frequency_and_amplitude() -> None:
    wave = tone(1_000, 0, 48_000, 48_000, 0.5)
    assert np.abs(np.fft.rfft(wave)).argmax() == 1_000
    assert wave.max() == round(0.5 * 32_767)
    assert wave[0] == 0


def test_an_amplitude_beyond_full_scale_is_clipped() -> None:
    assert tone(1_000, 0, 480, 48_000, 2.0).max() == 32_767


@given(start=st.integers(0, 20_000), n=st.integers(0, 9_000), cut=st.integers(0, 9_000))
def test_noise_depends_on_seed_and_position_only(start: int, n: int, cut: int) -> None:
    cut = min(cut, n)
    parts = (noise(7, start, cut), noise(7, start + cut, n - cut))
    assert np.array_equal(noise(7, start, n), np.concatenate(parts))


def test_noise_is_white_bounded_and_differs_by_seed() -> None:
    sample = noise(1, 0, 48_000, 0.1)
    assert abs(sample.mean()) < 30
    assert np.abs(sample).max() <= round(0.1 * 32_767)
    assert abs(np.corrcoef(sample[1:], sample[:-1])[0, 1]) < 0.02
    assert not np.array_equal(sample, noise(2, 0, 48_000, 0.1))
