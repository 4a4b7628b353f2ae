"""Samples as they are: raw PCM, and the samples of an uncompressed WAV file."""

from collections.abc import Generator

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.capture.byte_input import ByteInput
from aicall_cli.errors import SourceError

READ_BYTES = 16_384


class RawDecoder:
    """Decodes samples from where ``source`` stands, to its end or to ``claimed`` bytes.

    ``offset`` is where the samples begin in ``source``. What a claim or the last bytes are
    wrong about becomes a warning; all whole samples that are there come out.
    """

    def __init__(
        self,
        source: ByteInput,
        audio_format: AudioFormat,
        encoding: RawEncoding,
        *,
        offset: int = 0,
        claimed: int | None = None,
    ) -> None:
        self.format = audio_format
        self.warnings: list[str] = []
        self._source = source
        self._encoding = encoding
        self._width = encoding.bytes_per_sample * audio_format.channels
        self._left = claimed
        present = None if source.size is None else source.size - offset
        if present is not None and claimed is not None and claimed > present:
            self._warn_of_missing(claimed, present)
            self._left = present
        known = present if self._left is None else self._left
        self.duration = None if known is None else self._seconds(known)

    def blocks(self) -> Generator[Pcm, None, None]:
        """Yield int16 blocks ``(n, channels)``; SourceError if there is not one sample."""
        rest = b""
        received = 0
        while data := self._read():
            received += len(data)
            data = rest + data
            whole = len(data) - len(data) % self._width
            rest = data[whole:]
            if whole:
                yield self._encoding.decode(data[:whole], self.format.channels)
        if received < self._width:
            raise SourceError(
                f"{self._source.name} holds no audio", hint="choose an input with audio in it"
            )
        if self._left:
            self._warn_of_missing(received + self._left, received)
        elif rest:
            self.warnings.append(
                f"{self._source.name} ends in the middle of a sample: "
                f"its last {_count(len(rest), 'byte')} left out"
            )

    def close(self) -> None:
        """Nothing is held: the input is its opener's."""

    def _read(self) -> bytes:
        size = READ_BYTES if self._left is None else min(READ_BYTES, self._left)
        data = self._source.read(size) if size else b""
        if self._left is not None:
            self._left -= len(data)
        return data

    def _warn_of_missing(self, claimed: int, present: int) -> None:
        self.warnings.append(
            f"{self._source.name} is cut off: its header promises {self._seconds(claimed):.2f} s "
            f"of audio, and {self._seconds(present):.2f} s are there"
        )

    def _seconds(self, size: int) -> float:
        return self.format.seconds(size // self._width)


def _count(number: int, noun: str) -> str:
    return f"{noun} was" if number == 1 else f"{number} {noun}s were"
