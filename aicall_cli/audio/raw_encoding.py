"""Encodings of raw samples, and how each becomes signed 16-bit PCM."""

from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.mix import saturate


class RawEncoding(Enum):
    """Interleaved samples without a header; ``le`` and ``be`` say the byte order."""

    U8 = "u8"
    S16LE = "s16le"
    S16BE = "s16be"
    S24LE = "s24le"
    S32LE = "s32le"
    F32LE = "f32le"
    F64LE = "f64le"
    ALAW = "alaw"
    MULAW = "mulaw"

    @property
    def bytes_per_sample(self) -> int:
        """Bytes of one sample of one channel."""
        return _BYTES[self]

    def decode(self, data: bytes, channels: int) -> Pcm:
        """Return int16 samples of shape ``(n, channels)``.

        ``data`` holds a whole number of samples of every channel, else ValueError.
        """
        return _decode(self, data).reshape(-1, channels)


_BYTES = {
    RawEncoding.U8: 1,
    RawEncoding.S16LE: 2,
    RawEncoding.S16BE: 2,
    RawEncoding.S24LE: 3,
    RawEncoding.S32LE: 4,
    RawEncoding.F32LE: 4,
    RawEncoding.F64LE: 8,
    RawEncoding.ALAW: 1,
    RawEncoding.MULAW: 1,
}


_NUMBERS = {
    RawEncoding.U8: "u1",
    RawEncoding.S16LE: "<i2",
    RawEncoding.S16BE: ">i2",
    RawEncoding.S32LE: "<i4",
    RawEncoding.F32LE: "<f4",
    RawEncoding.F64LE: "<f8",
}


def to_int16(samples: NDArray[np.generic]) -> Pcm:
    """Return samples of any usual type as int16, of the same shape.

    Unsigned 8-bit is silent at 128; wider integers are rounded; floating point has its full
    scale at 1.0, is clipped beyond, and 0 where it is no number.
    """
    if samples.dtype.kind == "f":
        numbers = np.nan_to_num(samples.astype(np.float64), posinf=1.0, neginf=-1.0)
        return saturate(np.clip(numbers, -1.0, 1.0) * 32768)
    if samples.dtype == np.uint8:
        return (samples.astype(np.int16) - 128) * np.int16(256)
    if samples.dtype.itemsize == np.int16().itemsize:
        return np.ascontiguousarray(samples, dtype=np.int16)
    excess_bits = samples.dtype.itemsize * 8 - 16
    return saturate(samples.astype(np.float64) / 2.0**excess_bits)


def _decode(encoding: RawEncoding, data: bytes) -> Pcm:
    if encoding is RawEncoding.ALAW:
        return _alaw_table()[np.frombuffer(data, np.uint8)]
    if encoding is RawEncoding.MULAW:
        return _mulaw_table()[np.frombuffer(data, np.uint8)]
    if encoding is RawEncoding.S24LE:
        triples = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return to_int16(np.pad(triples, ((0, 0), (1, 0))).view("<i4")[:, 0])
    return to_int16(np.frombuffer(data, _NUMBERS[encoding]))


@lru_cache(maxsize=1)
def _alaw_table() -> Pcm:
    """Return the 256 values of A-law (ITU-T G.711, table 1a) as 13-bit values in 16 bits."""
    code = np.arange(256) ^ 0x55
    exponent = (code & 0x70) >> 4
    mantissa = ((code & 0x0F) << 4) + 8
    magnitude = np.where(exponent == 0, mantissa, (mantissa + 0x100) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


@lru_cache(maxsize=1)
def _mulaw_table() -> Pcm:
    """Return the 256 values of µ-law (ITU-T G.711, table 2a) as 14-bit values in 16 bits."""
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)
