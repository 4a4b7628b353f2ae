"""Audio files made for tests: WAV headers that say anything, and FFmpeg's containers."""

import struct
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

from aicall_cli.audio.format import Pcm

Chunk = tuple[bytes, bytes]
"""The name of a RIFF chunk and what is in it."""

_TAG_GUID = bytes.fromhex("000000001000800000aa00389b71")
_EXTENSIBLE = 0xFFFE
_LONG = 0xFFFFFFFF


def wav_bytes(
    data: bytes,
    *,
    tag: int = 1,
    channels: int = 1,
    rate: int = 16_000,
    bits: int = 16,
    form: bytes = b"RIFF",
    extensible: bool = False,
    block_align: int | None = None,
    data_size: int | None = None,
    before: Sequence[Chunk] = (),
    after: Sequence[Chunk] = (),
) -> bytes:
    """Return a WAV file around ``data``; what is left out is true."""
    width = -(-bits // 8)
    align = width * channels if block_align is None else block_align
    head = struct.pack(
        "<HHIIHH", _EXTENSIBLE if extensible else tag, channels, rate, rate * align, align, bits
    )
    if extensible:
        head += struct.pack("<HHIH", 22, bits, 0, tag) + _TAG_GUID
    claimed = len(data) if data_size is None else data_size
    body = b"WAVE"
    if form != b"RIFF":
        body += _chunk(b"ds64", struct.pack("<QQQI", len(data), claimed, 0, 0))
        claimed = _LONG
    body += _chunk(b"fmt ", head)
    body += b"".join(_chunk(name, content) for name, content in before)
    body += b"data" + struct.pack("<I", claimed) + data
    body += b"".join(_chunk(name, content) for name, content in after)
    return form + struct.pack("<I", _LONG if form != b"RIFF" else len(body)) + body


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def sine(frequency: float, rate: int, seconds: float, amplitude: float = 12_000.0) -> Pcm:
    """Return a sine of int16 ``(n,)``."""
    position = np.arange(round(rate * seconds))
    return np.rint(amplitude * np.sin(2 * np.pi * frequency * position / rate)).astype(np.int16)


def encode(path: Path, container: str, codec: str, samples: Pcm, rate: int, layout: str) -> None:
    """Write ``samples`` ``(n, channels)`` with FFmpeg's ``codec`` into ``container``."""
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, options={"strict": "experimental"})
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.reshape(1, -1)), format="s16", layout=layout
        )
        frame.sample_rate = rate
        context = stream.codec_context
        resampler = av.AudioResampler(
            format=context.format, layout=layout, rate=rate, frame_size=context.frame_size or 1024
        )
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))


def encode_video(path: Path) -> None:
    """Write a small MPEG-4 video without any audio."""
    with av.open(str(path), "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        black = np.zeros((64, 64, 3), dtype=np.uint8)
        for _ in range(5):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(black, format="rgb24")))
        output.mux(stream.encode(None))
