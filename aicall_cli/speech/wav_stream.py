"""A WAV file decoded while it arrives, from a sender that is not trusted."""

import io

import numpy as np

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.audio.wav_header import HEAD_BYTES, WavHeaderError, read_wav_header

_HEADER_ROOM = 4096
"""Bytes that are awaited before the header is read; a longer header is refused."""
_MAX_CHANNELS = 2
_RATES = range(8_000, 192_001)


class WavStreamError(ValueError):
    """Raised when it is no WAV file that can be played; says why, as a predicate."""


class WavStream:
    """Takes bytes as they come and gives int16 samples of shape ``(n, channels)``."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._encoding: RawEncoding | None = None
        self._left: int | None = None
        self.format: AudioFormat | None = None
        """Known once the header has been read."""

    def feed(self, data: bytes) -> Pcm:
        """Take the next bytes; raise WavStreamError for a header that cannot be used."""
        self._rest += data
        if self.format is None and len(self._rest) < _HEADER_ROOM:
            return _nothing()
        return self._samples()

    def finish(self) -> Pcm:
        """Return the rest, without half a sample that may be left."""
        return self._samples()

    def _samples(self) -> Pcm:
        if self._encoding is None or self.format is None:
            self._encoding, self.format = self._read_header()
        size = self._encoding.bytes_per_sample * self.format.channels
        usable = len(self._rest) if self._left is None else min(len(self._rest), self._left)
        usable -= usable % size
        data = bytes(self._rest[:usable])
        del self._rest[:usable]
        if self._left is not None:
            self._left -= usable
            if self._left < size:
                self._rest.clear()  # what follows the audio
        return self._encoding.decode(data, self.format.channels) if data else _nothing()

    def _read_header(self) -> tuple[RawEncoding, AudioFormat]:
        source = io.BytesIO(bytes(self._rest[:_HEADER_ROOM]))
        try:
            header = read_wav_header(source.read, source.read(HEAD_BYTES))
        except WavHeaderError as error:
            raise WavStreamError(str(error)) from error
        if header.encoding is None:
            raise WavStreamError("is a WAV file in a compressed format")
        if header.channels > _MAX_CHANNELS or header.sample_rate not in _RATES:
            raise WavStreamError(
                f"is a WAV file of {header.channels} channels at {header.sample_rate} Hz"
            )
        del self._rest[: header.data_offset]
        # A writer into a pipe cannot know the size, and leaves 0 or the largest number.
        self._left = header.data_size or None
        return header.encoding, AudioFormat(header.sample_rate, header.channels)


def _nothing() -> Pcm:
    return np.empty((0, 1), np.int16)
