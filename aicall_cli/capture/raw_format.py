"""The format of samples that come without a header."""

from dataclasses import dataclass

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.errors import UsageError

MIN_RATE = 8_000
MAX_RATE = 192_000
MAX_RAW_CHANNELS = 32


@dataclass(frozen=True, slots=True)
class RawFormat:
    """What ``--rate``, ``--channels`` and ``--format`` say; UsageError for the unusable."""

    sample_rate: int
    channels: int = 1
    encoding: RawEncoding = RawEncoding.S16LE

    def __post_init__(self) -> None:
        check_rate("raw audio", self.sample_rate)
        if not 1 <= self.channels <= MAX_RAW_CHANNELS:
            raise UsageError(
                f"raw audio cannot have {self.channels} channels",
                hint=f"give 1 to {MAX_RAW_CHANNELS}",
            )

    @property
    def format(self) -> AudioFormat:
        """Rate and channels of the samples."""
        return AudioFormat(self.sample_rate, self.channels)


def check_rate(name: str, rate: int) -> None:
    """Raise UsageError for a sample rate that is not 8–192 kHz."""
    if not MIN_RATE <= rate <= MAX_RATE:
        raise UsageError(
            f"{name} has a sample rate of {rate} Hz",
            hint=f"rates from {MIN_RATE} to {MAX_RATE} Hz can be used; convert it first",
        )


def parse_raw_encoding(text: str) -> RawEncoding:
    """Return the encoding called ``text`` (``s16le``, ``alaw``, …), or raise UsageError."""
    try:
        return RawEncoding(text.lower())
    except ValueError:
        known = ", ".join(encoding.value for encoding in RawEncoding)
        raise UsageError(
            f"there is no sample format {text!r}", hint=f"use one of {known}"
        ) from None
