import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.audio.wav_header import WavHeader, WavHeaderError, is_wav, read_wav_header
from tests.support.media_files import Chunk, wav_bytes

PCM, FLOAT, ALAW, MULAW, ADPCM = 1, 3, 6, 7, 2


def read(data: bytes) -> WavHeader:
    file = io.BytesIO(data)
    header = read_wav_header(file.read, file.read(12))
    assert file.tell() == header.data_offset
    return header


@pytest.mark.parametrize("extensible", [False, True])
@pytest.mark.parametrize(
    ("tag", "bits", "encoding"),
    [
        (PCM, 8, RawEncoding.U8),
        (PCM, 12, RawEncoding.S16LE),
        (PCM, 16, RawEncoding.S16LE),
        (PCM, 20, RawEncoding.S24LE),
        (PCM, 24, RawEncoding.S24LE),
        (PCM, 32, RawEncoding.S32LE),
        (FLOAT, 32, RawEncoding.F32LE),
        (FLOAT, 64, RawEncoding.F64LE),
        (ALAW, 8, RawEncoding.ALAW),
        (MULAW, 8, RawEncoding.MULAW),
        (ADPCM, 4, None),
        (PCM, 64, None),
        (PCM, 0, None),
    ],
)
def test_kinds(tag: int, bits: int, encoding: RawEncoding | None, extensible: bool) -> None:
    header = read(wav_bytes(b"12345678", tag=tag, bits=bits, rate=44_100, extensible=extensible))
    assert header.encoding is encoding
    assert (header.sample_rate, header.channels, header.data_size) == (44_100, 1, 8)
    assert header.warnings == ()


def test_an_extensible_format_with_a_foreign_guid_is_unusual() -> None:
    data = wav_bytes(b"1234", extensible=True)
    assert read(data.replace(b"\x00\xaa\x00\x38\x9b\x71", b"foreign"[:6])).encoding is None


@pytest.mark.parametrize("form", [b"RF64", b"BW64"])
def test_64_bit_sizes(form: bytes) -> None:
    assert read(wav_bytes(b"1234", form=form)).data_size == 4
    assert read(wav_bytes(b"1234", form=form, data_size=2**40)).data_size == 2**40


def test_sizes_that_say_nothing() -> None:
    assert read(wav_bytes(b"1234", data_size=0xFFFFFFFF)).data_size is None
    assert read(wav_bytes(b"1234", data_size=0)).data_size == 0


def test_other_chunks_are_passed_over() -> None:
    before: list[Chunk] = [(b"LIST", b"INFO"), (b"odd ", b"x"), (b"big ", bytes(200_000))]
    header = read(wav_bytes(b"1234", before=before))
    assert header.data_size == 4


@pytest.mark.parametrize("align", [0, 1, 3, 7, 65_535])
def test_nonsense_about_blocks_is_a_warning(align: int) -> None:
    header = read(wav_bytes(b"1234", block_align=align))
    assert header.encoding is RawEncoding.S16LE
    assert header.warnings == (
        f"claims blocks of {align} bytes for 1 × 16 bits; the claim was ignored",
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not a WAV file"),
        (b"RIFFxxxxAVI listen", "is not a WAV file"),
        (wav_bytes(b"")[:12], "ends within its header"),
        (wav_bytes(b"")[:30], "ends within its header"),
        (wav_bytes(b"")[:40], "ends within its header"),
        (wav_bytes(b"", before=[(b"junk", b"")]).replace(b"fmt ", b"tmf "), "say its format"),
        (wav_bytes(b"1234", channels=0), "claims 0 channels"),
        (wav_bytes(b"1234", channels=65), "claims 65 channels"),
        (wav_bytes(b"1234", rate=0), "rate of 0 Hz"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt \x02\x00\x00\x00xx", "say its format"),
        (b"RF64\x00\x00\x00\x00WAVEds64\x04\x00\x00\x00xxxx", "ends within its header"),
        (b"RIFF\x00\x00\x00\x00WAVEjunk\xff\xff\xff\x7f", "unbelievably long header"),
    ],
)
def test_unusable_headers(data: bytes, message: str) -> None:
    with pytest.raises(WavHeaderError, match=message):
        read(data)


def test_bytes_that_trickle_in() -> None:
    file = io.BytesIO(wav_bytes(b"1234", before=[(b"LIST", b"INFOx")]))
    header = read_wav_header(lambda _: file.read(1), file.read(12))
    assert header.data_size == 4
    assert file.read() == b"1234"


def test_magic() -> None:
    assert is_wav(b"RIFF1234WAVE")
    assert not is_wav(b"RIFX1234WAVE")
    assert not is_wav(b"RIFF1234WAV")


@given(st.binary(max_size=200), st.integers(0, 80))
def test_garbage_is_a_header_or_a_header_error(garbage: bytes, at: int) -> None:
    valid = wav_bytes(bytes(64), form=b"RF64", extensible=True)
    file = io.BytesIO(valid[:12] + (valid[12 : 12 + at] + garbage))
    try:
        header = read_wav_header(file.read, file.read(12))
    except WavHeaderError:
        return
    assert 1 <= header.channels <= 64
    assert header.sample_rate > 0
