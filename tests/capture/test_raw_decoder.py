import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.capture.raw_decoder import RawDecoder
from aicall_cli.errors import SourceError
from tests.capture.byte_inputs import MemoryInput

MONO, STEREO = AudioFormat(16_000, 1), AudioFormat(8_000, 2)


def decode(decoder: RawDecoder) -> list[list[int]]:
    return [[int(each) for each in row] for row in np.concatenate(list(decoder.blocks()))]


def test_all_samples() -> None:
    decoder = RawDecoder(MemoryInput(struct.pack("<4h", 1, 2, 3, 4)), STEREO, RawEncoding.S16LE)
    assert decoder.duration == 2 / 8_000
    assert decode(decoder) == [[1, 2], [3, 4]]
    assert decoder.warnings == []
    decoder.close()


@given(
    samples=st.lists(st.integers(-32_768, 32_767), min_size=2, max_size=200),
    at_once=st.integers(1, 7),
    encoding=st.sampled_from([RawEncoding.S16LE, RawEncoding.S16BE]),
)
def test_however_the_bytes_arrive(samples: list[int], at_once: int, encoding: RawEncoding) -> None:
    samples = samples[: len(samples) // 2 * 2]
    order = ">" if encoding is RawEncoding.S16BE else "<"
    data = struct.pack(f"{order}{len(samples)}h", *samples)
    source = MemoryInput(data, streamed=True, at_once=at_once)
    decoder = RawDecoder(source, STEREO, encoding)
    assert decoder.duration is None
    assert np.array(decode(decoder)).ravel().tolist() == samples


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (b"x", "it ends in the middle of a sample: its last byte was left out"),
        (b"xyz", "it ends in the middle of a sample: its last 3 bytes were left out"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_an_odd_end_is_left_out_with_a_warning(extra: bytes, sentence: str, streamed: bool) -> None:
    source = MemoryInput(struct.pack("<2h", 5, 6) + extra, streamed=streamed)
    decoder = RawDecoder(source, STEREO, RawEncoding.S16LE)
    assert decode(decoder) == [[5, 6]]
    assert decoder.warnings == [sentence]


@pytest.mark.parametrize("data", [b"", b"x"])
def test_not_one_sample_is_an_error(data: bytes) -> None:
    with pytest.raises(SourceError, match="it holds no audio"):
        decode(RawDecoder(MemoryInput(data), MONO, RawEncoding.S16LE))


def test_a_claim_bounds_the_audio() -> None:
    source = MemoryInput(struct.pack("<4h", 1, 2, 3, 4))
    decoder = RawDecoder(source, MONO, RawEncoding.S16LE, claimed=4)
    assert decode(decoder) == [[1], [2]]
    assert decoder.duration == 2 / 16_000
    assert decoder.warnings == []


def test_a_file_that_is_too_short_for_its_claim_is_known_at_once() -> None:
    source = MemoryInput(bytes(44) + bytes(16_000))
    source.read(44)
    decoder = RawDecoder(source, MONO, RawEncoding.S16LE, offset=44, claimed=32_000)
    sentence = "it is cut off: its header promises 1.00 s of audio, and 0.50 s are there"
    assert decoder.warnings == [sentence]
    assert decoder.duration == 0.5
    assert len(decode(decoder)) == 8_000
    assert decoder.warnings == [sentence]


def test_a_stream_that_is_too_short_for_its_claim_is_known_at_its_end() -> None:
    source = MemoryInput(bytes(16_001), streamed=True)
    decoder = RawDecoder(source, MONO, RawEncoding.S16LE, claimed=32_000)
    assert decoder.duration == 1.0
    assert len(decode(decoder)) == 8_000
    assert decoder.warnings == [
        "it is cut off: its header promises 1.00 s of audio, and 0.50 s are there"
    ]
