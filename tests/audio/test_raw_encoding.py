import io
import struct

import av
import numpy as np
import pytest

from aicall_cli.audio.raw_encoding import RawEncoding, to_int16


def decode(encoding: RawEncoding, data: bytes) -> list[int]:
    return [int(sample) for sample in encoding.decode(data, 1)[:, 0]]


@pytest.mark.parametrize(
    ("encoding", "data", "expected"),
    [
        (RawEncoding.U8, bytes([0, 128, 255]), [-32_768, 0, 32_512]),
        (RawEncoding.S16LE, struct.pack("<3h", -32_768, 258, 32_767), [-32_768, 258, 32_767]),
        (RawEncoding.S16BE, struct.pack(">3h", -32_768, 258, 32_767), [-32_768, 258, 32_767]),
        (RawEncoding.S24LE, b"\x00\x00\x80\x80\x01\x00\xff\xff\x7f", [-32_768, 2, 32_767]),
        (RawEncoding.S32LE, struct.pack("<3i", -(2**31), 65_536, 2**31 - 1), [-32_768, 1, 32_767]),
        (RawEncoding.F32LE, struct.pack("<3f", -1.0, 0.5, 1.0), [-32_768, 16_384, 32_767]),
        (RawEncoding.F64LE, struct.pack("<3d", -2.0, 0.5, 2.0), [-32_768, 16_384, 32_767]),
    ],
)
def test_each_encoding(encoding: RawEncoding, data: bytes, expected: list[int]) -> None:
    assert decode(encoding, data) == expected
    assert len(data) == 3 * encoding.bytes_per_sample


def test_what_is_no_number_is_silence() -> None:
    values = np.array([np.nan, np.inf, -np.inf, 1e30], dtype=np.float32)
    assert to_int16(values).tolist() == [0, 32_767, -32_768, 32_767]


def test_channels_stay_apart() -> None:
    assert RawEncoding.S16LE.decode(struct.pack("<4h", 1, 2, 3, 4), 2).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("encoding", RawEncoding)
def test_no_bytes_no_samples(encoding: RawEncoding) -> None:
    decoded = encoding.decode(b"", 2)
    assert decoded.shape == (0, 2)
    assert decoded.dtype == np.int16


@pytest.mark.parametrize("encoding", RawEncoding)
def test_half_a_frame_is_an_error(encoding: RawEncoding) -> None:
    with pytest.raises(ValueError):
        encoding.decode(bytes(2 * encoding.bytes_per_sample + 1), 2)


@pytest.mark.parametrize(
    ("encoding", "codec"), [(RawEncoding.ALAW, "alaw"), (RawEncoding.MULAW, "mulaw")]
)
def test_g711_as_ffmpeg_decodes_it(encoding: RawEncoding, codec: str) -> None:
    every_code = bytes(range(256))
    with av.open(io.BytesIO(every_code), mode="r", format=codec) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    assert decode(encoding, every_code) == np.concatenate(frames, axis=1)[0].tolist()
