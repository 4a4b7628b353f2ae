"""``call.wav`` and its further parts, read back from the first sample to the last."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.audio.wav_header import (
    HEAD_BYTES,
    WavHeaderError,
    is_wav,
    read_wav_header,
)
from aicall_cli.errors import SourceError
from aicall_cli.recording.call_audio import STEREO

BLOCK_SAMPLES: Final = SAMPLE_RATE
"""Samples of one side in a block (1 s)."""


@dataclass(frozen=True, slots=True)
class _Part:
    path: Path
    offset: int
    samples: int


class StoredAudio:
    """The audio of one recording: int16 of shape ``(n, 2)``, caller left, agent right.

    A recording without a part that can be read has no samples. Raises SourceError, when it is
    made, for a part that is not what was recorded.
    """

    def __init__(self, directory: Path) -> None:
        self._parts = [_part(path) for path in part_paths(directory)]

    @property
    def samples(self) -> int:
        """Samples of each side."""
        return sum(part.samples for part in self._parts)

    @property
    def seconds(self) -> float:
        """Length of the recording."""
        return self.samples / SAMPLE_RATE

    def blocks(self, start: int = 0) -> Generator[Pcm, None, None]:
        """Yield the samples from position ``start`` on, at most a second at a time.

        Raises SourceError where a part cannot be read any more.
        """
        for part in self._parts:
            skip = min(start, part.samples)
            start -= skip
            yield from _blocks(part, skip)


def part_paths(directory: Path) -> list[Path]:
    """Return the parts that are there, in order."""
    paths = [directory / "call.wav"]
    while paths[-1].is_file():
        paths.append(directory / f"call-{len(paths) + 1}.wav")
    return paths[:-1]


def _part(path: Path) -> _Part:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = _header(file, path)
    except OSError as error:
        raise _unreadable(path, error) from error
    if size <= header:
        return _Part(path, header, 0)
    return _Part(path, header, (size - header) // STEREO.bytes_per_frame)


def _header(file: BinaryIO, path: Path) -> int:
    """Return where the samples begin.

    How many there are is told by the file's size: what a process wrote before it was killed
    may be half a second ahead of what its header says.
    """
    try:
        head = file.read(HEAD_BYTES)
        if not is_wav(head):
            raise WavHeaderError("is not a WAV file")
        header = read_wav_header(file.read, head)
    except WavHeaderError as error:
        raise SourceError(f"{path} {error}") from None
    of_a_call = (RawEncoding.S16LE, STEREO.sample_rate, STEREO.channels)
    if (header.encoding, header.sample_rate, header.channels) != of_a_call:
        raise SourceError(f"{path} is not the recording of a call: 48 kHz stereo of 16 bits")
    return header.data_offset


def _blocks(part: _Part, skip: int) -> Iterator[Pcm]:
    left = part.samples - skip
    try:
        with part.path.open("rb") as file:
            file.seek(part.offset + skip * STEREO.bytes_per_frame)
            while left > 0:
                wanted = min(left, BLOCK_SAMPLES)
                data = file.read(wanted * STEREO.bytes_per_frame)
                whole = len(data) - len(data) % STEREO.bytes_per_frame
                if not whole:
                    return
                left -= whole // STEREO.bytes_per_frame
                yield np.frombuffer(data[:whole], "<i2").astype(np.int16).reshape(-1, 2)
    except OSError as error:
        raise _unreadable(part.path, error) from error


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(f"{path} cannot be read ({error.strerror or type(error).__name__})")
