import pytest

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.capture.raw_format import RawFormat, check_rate, parse_raw_encoding
from aicall_cli.errors import UsageError


def test_the_usual_format_needs_only_a_rate() -> None:
    raw = RawFormat(16_000)
    assert raw.format == AudioFormat(16_000, 1)
    assert raw.encoding is RawEncoding.S16LE


@pytest.mark.parametrize("rate", [8_000, 11_025, 192_000])
def test_usable_rates(rate: int) -> None:
    check_rate("speech.wav", rate)


@pytest.mark.parametrize("rate", [-1, 0, 7_999, 192_001])
def test_other_rates_are_a_matter_of_usage(rate: int) -> None:
    with pytest.raises(UsageError, match=f"raw audio has a sample rate of {rate} Hz") as refusal:
        RawFormat(rate)
    assert refusal.value.exit_status == 2
    assert "8000 to 192000 Hz" in (refusal.value.hint or "")


@pytest.mark.parametrize("channels", [0, 33])
def test_channel_counts(channels: int) -> None:
    assert RawFormat(16_000, 32).format.channels == 32
    with pytest.raises(UsageError, match=f"cannot have {channels} channels"):
        RawFormat(16_000, channels)


def test_names_of_encodings() -> None:
    assert parse_raw_encoding("S16LE") is RawEncoding.S16LE
    with pytest.raises(UsageError, match="no sample format 'mp3'") as refusal:
        parse_raw_encoding("mp3")
    assert "s16le, s16be, s24le" in (refusal.value.hint or "")
