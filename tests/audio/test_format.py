"""Formats count samples and seconds alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import (
    CALL_FORMAT,
    PUSH_RATES,
    SAMPLE_RATE,
    TICK_SAMPLES,
    TICK_SECONDS,
    AudioFormat,
)


def test_a_tick_is_20_ms_of_the_calls_format() -> None:
    assert CALL_FORMAT == AudioFormat(48_000, 1)
    assert CALL_FORMAT.samples(TICK_SECONDS) == TICK_SAMPLES
    assert CALL_FORMAT.seconds(TICK_SAMPLES) == TICK_SECONDS


def test_the_calls_rate_can_be_pushed() -> None:
    assert SAMPLE_RATE in PUSH_RATES
    assert list(PUSH_RATES) == sorted(set(PUSH_RATES))


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_frame_has_two_bytes_a_channel(channels: int) -> None:
    assert AudioFormat(16_000, channels).bytes_per_frame == 2 * channels


@given(rate=st.integers(1, 192_000), samples=st.integers(0, 1 << 32))
def test_seconds_and_samples_are_inverse(rate: int, samples: int) -> None:
    audio_format = AudioFormat(rate, 1)
    assert audio_format.samples(audio_format.seconds(samples)) == samples


@pytest.mark.parametrize(("rate", "channels"), [(0, 1), (-8_000, 1), (8_000, 0), (8_000, -1)])
def test_no_audio_is_without_rate_or_channels(rate: int, channels: int) -> None:
    with pytest.raises(ValueError, match=f"{channels} channels at {rate} Hz"):
        AudioFormat(rate, channels)
