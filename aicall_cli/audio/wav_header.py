"""Reading the header of a RIFF, RF64 or BW64 WAVE stream, from front to back.

Layout: Microsoft "Multimedia Programming Interface" 1.0 (RIFF, ``fmt ``), mmreg.h for
``WAVE_FORMAT_EXTENSIBLE``, EBU Tech 3306 and ITU-R BS.2088 for 64-bit sizes in ``ds64``.
Every number in it is a claim that may be false.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from aicall_cli.audio.raw_encoding import RawEncoding

Read = Callable[[int], bytes]
"""Returns the next bytes, at most as many as asked for; none at the end."""

HEAD_BYTES = 12
MAX_SKIP = 64 * 1024 * 1024
"""Bytes of other chunks that may stand before the audio."""
MAX_CHANNELS = 64
_UNKNOWN_SIZE = 0xFFFFFFFF
_SKIP_BLOCK = 65536

_PCM, _FLOAT, _ALAW, _MULAW, _EXTENSIBLE = 0x0001, 0x0003, 0x0006, 0x0007, 0xFFFE
# The end of the GUIDs that carry a format tag in their first two bytes.
_TAG_GUID = bytes.fromhex("000000001000800000aa00389b71")

_BY_BYTES = {
    _PCM: {
        1: RawEncoding.U8,
        2: RawEncoding.S16LE,
        3: RawEncoding.S24LE,
        4: RawEncoding.S32LE,
    },
    _FLOAT: {4: RawEncoding.F32LE, 8: RawEncoding.F64LE},
    _ALAW: {1: RawEncoding.ALAW},
    _MULAW: {1: RawEncoding.MULAW},
}


class WavHeaderError(ValueError):
    """Raised when a header cannot be used; the message says why, as a predicate."""


@dataclass(frozen=True, slots=True)
class WavHeader:
    """What a header claims, and where the samples begin.

    ``encoding`` is None for a compressed or unusual format. ``data_size`` is None where all
    bits are set, as writers into a pipe do; 0 is what a writer leaves that never came back.
    ``warnings`` are predicates about claims that contradict each other.
    """

    encoding: RawEncoding | None
    sample_rate: int
    channels: int
    data_offset: int
    data_size: int | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Format:
    tag: int
    channels: int
    sample_rate: int
    block_align: int
    bits: int


def is_wav(head: bytes) -> bool:
    """Whether the first 12 bytes of a stream are those of a WAVE file."""
    return head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE"


def read_wav_header(read: Read, head: bytes) -> WavHeader:
    """Read up to the first byte of audio; raise WavHeaderError.

    ``head`` is what was read to see that it is a WAVE file: its first 12 bytes.
    """
    if len(head) != HEAD_BYTES or not is_wav(head):
        raise WavHeaderError("is not a WAV file")
    return _HeaderReader(read).header()


class _HeaderReader:
    """Reads exactly, and knows how far it is."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._offset = HEAD_BYTES

    def header(self) -> WavHeader:
        found: _Format | None = None
        long_size: int | None = None
        while True:
            name, size = struct.unpack("<4sI", self._take(8))
            if name == b"data":
                break
            if name == b"fmt ":
                found = _parse_format(self._take(min(size, 64)))
                self._skip(size - min(size, 64) + size % 2)
            elif name == b"ds64":
                long_size = _parse_long_size(self._take(min(size, 64)))
                self._skip(size - min(size, 64) + size % 2)
            else:
                self._skip(size + size % 2)
        if found is None:
            raise WavHeaderError("is a WAV file that does not say its format")
        return _conclude(found, self._offset, _data_size(size, long_size))

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            data = self._read(size - len(taken))
            if not data:
                raise WavHeaderError("is a WAV file that ends within its header")
            taken += data
        self._offset += size
        return taken

    def _skip(self, size: int) -> None:
        if self._offset + size > MAX_SKIP:
            raise WavHeaderError("is a WAV file with an unbelievably long header")
        while size > 0:
            step = min(size, _SKIP_BLOCK)
            self._take(step)
            size -= step


def _parse_format(chunk: bytes) -> _Format:
    if len(chunk) < 16:
        raise WavHeaderError("is a WAV file that does not say its format")
    tag, channels, rate, _, align, bits = struct.unpack("<HHIIHH", chunk[:16])
    if tag == _EXTENSIBLE and len(chunk) >= 40 and chunk[26:40] == _TAG_GUID:
        (tag,) = struct.unpack("<H", chunk[24:26])
    return _Format(tag, channels, rate, align, bits)


def _parse_long_size(chunk: bytes) -> int | None:
    if len(chunk) < 16:
        return None
    (size,) = struct.unpack("<Q", chunk[8:16])
    return int(size)


def _data_size(size: int, long_size: int | None) -> int | None:
    return size if size != _UNKNOWN_SIZE else long_size


def _conclude(found: _Format, offset: int, size: int | None) -> WavHeader:
    if not 1 <= found.channels <= MAX_CHANNELS:
        raise WavHeaderError(f"is a WAV file that claims {found.channels} channels")
    if found.sample_rate == 0:
        raise WavHeaderError("is a WAV file that claims a rate of 0 Hz")
    width = -(-found.bits // 8)
    encoding = _BY_BYTES.get(found.tag, {}).get(width)
    warnings: tuple[str, ...] = ()
    if encoding is not None and found.block_align != width * found.channels:
        contradiction = (
            f"claims blocks of {found.block_align} bytes for {found.channels} × {found.bits} bits; "
            "the claim was ignored"
        )
        warnings = (contradiction,)
    return WavHeader(encoding, found.sample_rate, found.channels, offset, size, warnings)
