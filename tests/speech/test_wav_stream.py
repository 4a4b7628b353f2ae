import io
import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.speech.wav_stream import WavStream, WavStreamError


def _wav(samples: Pcm, rate: int = 24_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(samples.shape[1])
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def _ramp(count: int, channels: int = 1) -> Pcm:
    return np.arange(count * channels, dtype=np.int16).reshape(count, channels)


def _decode(data: bytes, size: int) -> tuple[AudioFormat | None, Pcm]:
    stream = WavStream()
    pieces = [stream.feed(data[at : at + size]) for at in range(0, len(data), size)]
    pieces.append(stream.finish())
    return stream.format, np.concatenate([piece for piece in pieces if len(piece)])


@given(size=st.integers(1, 9000), count=st.integers(1, 6000), channels=st.sampled_from([1, 2]))
def test_the_samples_come_out_however_the_bytes_come_in(
    size: int, count: int, channels: int
) -> None:
    audio_format, samples = _decode(_wav(_ramp(count, channels)), size)
    assert audio_format == AudioFormat(24_000, channels)
    np.testing.assert_array_equal(samples, _ramp(count, channels))


@pytest.mark.parametrize("claim", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_writer_into_a_pipe_does_not_know_the_size(claim: int) -> None:
    data = bytearray(_wav(_ramp(5000)))
    data[40:44] = struct.pack("<I", claim)
    assert len(_decode(bytes(data), 700)[1]) == 5000


def test_what_follows_the_audio_is_left_out() -> None:
    data = _wav(_ramp(5000)) + b"LIST" + bytes(5000)
    assert len(_decode(data, 700)[1]) == 5000


def test_half_a_sample_at_the_end_is_left_out() -> None:
    assert len(_decode(_wav(_ramp(5000))[:-1], 700)[1]) == 4999


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is not a WAV file"),
        (b'{"error": "no such voice"}', "is not a WAV file"),
        (b"ID3" + bytes(5000), "is not a WAV file"),
        (_wav(_ramp(10))[:30], "ends within its header"),
        (b"RIFF\0\0\0\0WAVE" + b"JUNK\0\0\1\0" + bytes(70_000), "ends within its header"),
        (_wav(_ramp(10))[:20] + b"\x55\0" + _wav(_ramp(10))[22:], "compressed"),
        (_wav(_ramp(9, 3)), "3 channels"),
        (_wav(_ramp(9), rate=4_294_967), "4294967 Hz"),
    ],
)
def test_what_cannot_be_played_is_refused_with_the_reason(data: bytes, why: str) -> None:
    stream = WavStream()
    with pytest.raises(WavStreamError, match=why):
        for _ in (stream.feed(data), stream.finish()):
            pass


@given(st.binary(max_size=200))
def test_garbage_is_refused_or_decoded_nothing_else(data: bytes) -> None:
    stream = WavStream()
    try:
        stream.feed(b"RIFF\0\0\0\0WAVE" + data)
        stream.finish()
    except WavStreamError:
        pass
