from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.audio import resampler
from aicall_cli.audio.format import PUSH_RATES, AudioFormat, Pcm
from aicall_cli.audio.resampler import StreamResampler, resample

# 11 025 and 22 050 have many phases; 8 001 and 47 999 more than are tabulated.
OTHER_RATES = (8_001, 11_025, 22_050, 47_999, 88_200, 176_400, 192_000)


def noise(samples: int, channels: int = 1) -> Pcm:
    generator = np.random.default_rng(samples)
    return generator.integers(-20_000, 20_000, (samples, channels)).astype(np.int16)


def sine(frequency: float, rate: int, samples: int, amplitude: float = 20_000.0) -> Pcm:
    wave = amplitude * np.sin(2 * np.pi * frequency * np.arange(samples) / rate)
    return np.rint(wave).astype(np.int16)


def in_blocks(samples: Pcm, source: AudioFormat, sizes: list[int], target: int = 48_000) -> Pcm:
    stream = StreamResampler(source, target)
    pieces, start, turn = [], 0, 0
    while start < len(samples):
        size = sizes[turn % len(sizes)]
        pieces.append(stream.process(samples[start : start + size]))
        start, turn = start + size, turn + 1
    return np.concatenate([*pieces, stream.flush()])


@pytest.mark.parametrize("rate", [*PUSH_RATES, *OTHER_RATES])
def test_streaming_is_bit_for_bit_the_same_as_at_once(rate: int) -> None:
    source = AudioFormat(rate, 1)
    samples = noise(6_000)
    assert np.array_equal(in_blocks(samples, source, [rate // 50]), resample(samples, source))


@settings(max_examples=40)
@given(
    rate=st.sampled_from([*PUSH_RATES, *OTHER_RATES]) | st.integers(8_000, 192_000),
    channels=st.integers(1, 6),
    length=st.integers(0, 3_000),
    sizes=st.lists(st.integers(1, 1_500), min_size=1, max_size=5),
)
def test_however_it_is_cut(rate: int, channels: int, length: int, sizes: list[int]) -> None:
    source = AudioFormat(rate, channels)
    samples = noise(length, channels)
    whole = resample(samples, source)
    assert np.array_equal(in_blocks(samples, source, sizes), whole)
    assert len(whole) == ceil(length * 48_000 / rate)


@pytest.mark.parametrize("rate", [*PUSH_RATES, *OTHER_RATES])
@pytest.mark.parametrize("target", [16_000, 48_000])
def test_no_drift_over_a_long_stream(rate: int, target: int) -> None:
    stream = StreamResampler(AudioFormat(rate, 1), target)
    block = np.zeros((rate // 50, 1), dtype=np.int16)
    produced = 0
    for turn in range(1, 1_001):  # 20 s
        produced += len(stream.process(block))
        expected = turn * (rate // 50) * target / rate
        assert produced <= expected
        assert produced >= expected - (stream.lookahead + 1) * target / rate - 1
    assert produced + len(stream.flush()) == ceil(1_000 * (rate // 50) * target / rate)


@pytest.mark.parametrize("rate", [*PUSH_RATES, *OTHER_RATES])
@pytest.mark.parametrize("frequency", [50.0, 997.0, 3_000.0])
def test_a_tone_keeps_its_place_and_level(rate: int, frequency: float) -> None:
    heard = resample(sine(frequency, rate, rate // 2)[:, None], AudioFormat(rate, 1))
    ideal = 20_000 * np.sin(2 * np.pi * frequency * np.arange(len(heard)) / 48_000)
    error = (heard - ideal)[1_000:-1_000]
    assert 10 * np.log10(np.mean(ideal**2) / np.mean(error**2)) > 70  # dB


@pytest.mark.parametrize(("rate", "frequency"), [(96_000, 30_000.0), (192_000, 60_000.0)])
def test_what_48_khz_cannot_carry_is_removed(rate: int, frequency: float) -> None:
    heard = resample(sine(frequency, rate, rate // 4)[:, None], AudioFormat(rate, 1))
    assert np.abs(heard[1_000:-1_000]).max() <= 4  # 74 dB down


def test_no_image_above_the_source_band() -> None:
    heard = resample(sine(1_000.0, 8_000, 8_000)[:, None], AudioFormat(8_000, 1))
    spectrum = np.abs(np.fft.rfft(heard[4_000:44_000] * np.hanning(40_000)))
    above = spectrum[int(4_100 * 40_000 / 48_000) :]
    assert 20 * np.log10(spectrum.max() / above.max()) > 70


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000, 8_001])
@pytest.mark.parametrize("level", [32_767, -32_768, 1])
def test_a_constant_stays_constant(rate: int, level: int) -> None:
    samples = np.full((2_000, 1), level, dtype=np.int16)
    heard = resample(samples, AudioFormat(rate, 1))
    assert set(heard[400:-400].tolist()) == {level}


def test_full_scale_saturates_instead_of_wrapping() -> None:
    square = np.where(np.arange(4_000) // 20 % 2, 32_767, -32_768).astype(np.int16)
    heard = resample(square[:, None], AudioFormat(16_000, 1))
    assert heard.max() == 32_767
    assert heard.min() == -32_768


def test_equal_rates_pass_samples_through() -> None:
    stream = StreamResampler(AudioFormat(48_000, 1))
    samples = noise(960)
    assert np.array_equal(stream.process(samples), samples[:, 0])
    assert stream.lookahead == stream.pending == len(stream.flush()) == 0


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_downmix_is_the_mean_of_all_channels(rate: int) -> None:
    mono = sine(400.0, rate, 2_000)
    wide = np.stack((mono, np.zeros_like(mono), mono // 2), axis=1)
    heard = resample(wide, AudioFormat(rate, 3))
    expected = resample(mono[:, None], AudioFormat(rate, 1)) / 2
    assert np.abs(heard - expected)[200:-200].max() <= 2


@pytest.mark.parametrize("rate", PUSH_RATES)
def test_growth_and_pending_account_for_every_sample(rate: int) -> None:
    stream = StreamResampler(AudioFormat(rate, 2))
    owed = 0
    for size in (1, 7, 0, rate // 50, 3, rate // 25):
        owed += stream.growth(size)
        owed -= len(stream.process(noise(size, 2)))
        assert stream.pending == owed
    assert len(stream.flush()) == owed


@pytest.mark.parametrize("rate", PUSH_RATES)
def test_as_much_silence_as_the_lookahead_brings_out_all_that_was_pending(rate: int) -> None:
    stream = StreamResampler(AudioFormat(rate, 1))
    received = stream.process(noise(rate // 50))
    pending = stream.pending
    after = stream.process(np.zeros((stream.lookahead, 1), dtype=np.int16))
    assert len(after) >= pending
    assert len(received) + pending == ceil((rate // 50) * 48_000 / rate)


def test_clear_and_flush_begin_a_new_stream() -> None:
    source, samples = AudioFormat(16_000, 1), noise(500)
    stream = StreamResampler(source)
    stream.process(noise(1_234))
    stream.clear()
    again = np.concatenate((stream.process(samples), stream.flush()))
    assert np.array_equal(again, resample(samples, source))
    once_more = np.concatenate((stream.process(samples), stream.flush()))
    assert np.array_equal(once_more, resample(samples, source))


def test_the_lookahead_is_short() -> None:
    for rate in PUSH_RATES:
        assert StreamResampler(AudioFormat(rate, 1)).lookahead / rate <= 0.004


def test_a_long_block_is_filtered_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    samples, source = noise(5_000, 2), AudioFormat(44_100, 2)
    whole = resample(samples, source)
    monkeypatch.setattr(resampler, "BLOCK_SAMPLES", 100)
    assert np.array_equal(resample(samples, source), whole)


def test_nothing_in_nothing_out() -> None:
    stream = StreamResampler(AudioFormat(16_000, 2))
    assert stream.process(np.zeros((0, 2), dtype=np.int16)).shape == (0,)
    assert stream.flush().shape == (0,)


def test_wrong_shapes_and_formats() -> None:
    stream = StreamResampler(AudioFormat(16_000, 2))
    with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
        stream.process(noise(10))
    with pytest.raises(ValueError, match="shape"):
        stream.process(noise(10)[:, 0])
    with pytest.raises(ValueError, match="cannot resample"):
        StreamResampler(AudioFormat(16_000, 1), 0)
