"""The way from bytes to samples, chosen by what the bytes are."""

from collections.abc import Generator, Sequence
from typing import Protocol

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.wav_header import (
    HEAD_BYTES,
    WavHeader,
    WavHeaderError,
    is_wav,
    read_wav_header,
)
from aicall_cli.capture.byte_input import ByteInput
from aicall_cli.capture.media_decoder import MediaDecoder
from aicall_cli.capture.raw_decoder import RawDecoder
from aicall_cli.capture.raw_format import RawFormat, check_rate
from aicall_cli.errors import SourceError


class Decoder(Protocol):
    """Turns its input into samples, once, in one thread."""

    @property
    def format(self) -> AudioFormat:
        """Rate, 8–192 kHz, and channels of the blocks."""

    @property
    def duration(self) -> float | None:
        """Seconds, where the input says or shows it."""

    @property
    def warnings(self) -> Sequence[str]:
        """What was found wrong so far, a sentence each."""

    def blocks(self) -> Generator[Pcm, None, None]:
        """Yield int16 blocks ``(n, channels)``, at least one.

        Raises SourceError where it cannot go on, and where there is not one sample.
        """

    def close(self) -> None:
        """Give back what decoding held."""


def open_decoder(source: ByteInput, raw: RawFormat | None = None) -> Decoder:
    """Return a decoder for ``source``: raw if a format is given, else by its first bytes.

    Uncompressed WAV is read here, because FFmpeg wants two seconds of it before it begins,
    which a live pipe has not; everything else is FFmpeg's. Raises SourceError for what is
    not audio, UsageError for a sample rate out of range.
    """
    if raw is not None:
        return RawDecoder(source, raw.format, raw.encoding)
    head = _head(source)
    if not head:
        raise SourceError(f"{source.name} is empty", hint="choose an input with audio in it")
    if is_wav(head):
        return _open_wav(source, head)
    source.rewind()
    return MediaDecoder(source)


def _open_wav(source: ByteInput, head: bytes) -> Decoder:
    try:
        header = read_wav_header(source.read, head)
    except WavHeaderError as error:
        raise SourceError(
            f"{source.name} {error}",
            hint="write the file again, or convert it with another program",
        ) from error
    check_rate(source.name, header.sample_rate)
    if header.encoding is None:
        source.rewind()
        return MediaDecoder(source)
    decoder = RawDecoder(
        source,
        AudioFormat(header.sample_rate, header.channels),
        header.encoding,
        offset=header.data_offset,
        claimed=header.data_size or None,
    )
    decoder.warnings[:0] = [f"{source.name} {warning}" for warning in _contradictions(header)]
    return decoder


def _contradictions(header: WavHeader) -> Sequence[str]:
    if header.data_size == 0:
        return (*header.warnings, "claims to hold no audio; it is read to its end")
    return header.warnings


def _head(source: ByteInput) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (data := source.read(HEAD_BYTES - len(head))):
        head += data
    return head
