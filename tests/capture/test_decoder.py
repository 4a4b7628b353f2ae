import struct
from collections.abc import Callable

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.capture.decoder import Decoder, open_decoder
from aicall_cli.capture.media_decoder import MediaDecoder
from aicall_cli.capture.raw_decoder import RawDecoder
from aicall_cli.capture.raw_format import RawFormat
from aicall_cli.errors import SourceError, UsageError
from tests.capture.byte_inputs import FailingInput, MemoryInput
from tests.support.media_files import sine, wav_bytes

SAMPLES = sine(440, 16_000, 0.1)
S16 = SAMPLES.astype("<i2").tobytes()

both = pytest.mark.parametrize("streamed", [False, True])


def all_of(decoder: Decoder) -> Pcm:
    blocks = np.concatenate(list(decoder.blocks()))
    decoder.close()
    return blocks


def packed(kind: str, scale: float) -> bytes:
    return (SAMPLES.astype(np.float64) * scale).astype(kind).tobytes()


def s24() -> bytes:
    return b"".join(struct.pack("<i", int(sample) * 256)[:3] for sample in SAMPLES)


@both
@pytest.mark.parametrize(
    ("tag", "bits", "data"),
    [
        (1, 16, lambda: S16),
        (1, 24, s24),
        (1, 32, lambda: packed("<i4", 65_536)),
        (3, 32, lambda: packed("<f4", 1 / 32_768)),
        (3, 64, lambda: packed("<f8", 1 / 32_768)),
    ],
)
@pytest.mark.parametrize("form", [b"RIFF", b"RF64"])
@pytest.mark.parametrize("extensible", [False, True])
def test_exact_wav_of_every_kind(
    tag: int, bits: int, data: Callable[[], bytes], form: bytes, extensible: bool, streamed: bool
) -> None:
    file = wav_bytes(data(), tag=tag, bits=bits, form=form, extensible=extensible)
    decoder = open_decoder(MemoryInput(file, streamed=streamed))
    assert decoder.format == AudioFormat(16_000, 1)
    assert decoder.duration == pytest.approx(0.1)
    assert np.array_equal(all_of(decoder)[:, 0], SAMPLES)
    assert list(decoder.warnings) == []


@both
@pytest.mark.parametrize(("tag", "bits"), [(1, 8), (6, 8), (7, 8)])
def test_wav_of_8_bits(tag: int, bits: int, streamed: bool) -> None:
    every_code = bytes(range(256))
    decoder = open_decoder(
        MemoryInput(wav_bytes(every_code, tag=tag, bits=bits, rate=8_000), streamed=streamed)
    )
    encoding = {1: RawEncoding.U8, 6: RawEncoding.ALAW, 7: RawEncoding.MULAW}[tag]
    assert np.array_equal(all_of(decoder), encoding.decode(every_code, 1))


@both
def test_raw_samples_are_not_looked_at(streamed: bool) -> None:
    data = wav_bytes(b"")
    decoder = open_decoder(MemoryInput(data, streamed=streamed), RawFormat(8_000, 2))
    assert isinstance(decoder, RawDecoder)
    assert all_of(decoder).tobytes() == data


def test_compressed_wav_is_ffmpegs() -> None:
    # A block of IMA ADPCM (tag 0x11): 4 bytes of header, 4 bits a sample.
    block = struct.pack("<hBB", 100, 0, 0) + bytes(252)
    file = wav_bytes(block * 4, tag=0x11, bits=4, block_align=256)
    decoder = open_decoder(MemoryInput(file))
    assert isinstance(decoder, MediaDecoder)
    assert len(all_of(decoder)) > 1_000


@both
def test_what_follows_the_audio_is_no_audio(streamed: bool) -> None:
    file = wav_bytes(S16, before=[(b"LIST", b"INFOx")], after=[(b"LIST", b"INFO" * 50)])
    decoder = open_decoder(MemoryInput(file, streamed=streamed))
    assert np.array_equal(all_of(decoder)[:, 0], SAMPLES)
    assert list(decoder.warnings) == []


@both
def test_a_header_that_a_pipe_could_not_finish(streamed: bool) -> None:
    file = wav_bytes(S16, data_size=0xFFFFFFFF)
    decoder = open_decoder(MemoryInput(file, streamed=streamed))
    assert decoder.duration == (None if streamed else pytest.approx(0.1))
    assert np.array_equal(all_of(decoder)[:, 0], SAMPLES)
    assert list(decoder.warnings) == []


@both
def test_a_header_that_says_there_is_nothing(streamed: bool) -> None:
    decoder = open_decoder(MemoryInput(wav_bytes(S16, data_size=0), streamed=streamed))
    assert np.array_equal(all_of(decoder)[:, 0], SAMPLES)
    assert list(decoder.warnings) == ["it claims to hold no audio; it is read to its end"]


@both
@pytest.mark.parametrize("claimed", [len(S16) + 2, 10**9])
@pytest.mark.parametrize("form", [b"RIFF", b"RF64"])
def test_a_header_that_promises_too_much(claimed: int, form: bytes, streamed: bool) -> None:
    file = wav_bytes(S16, data_size=claimed, form=form)
    decoder = open_decoder(MemoryInput(file, streamed=streamed))
    assert np.array_equal(all_of(decoder)[:, 0], SAMPLES)
    assert len(decoder.warnings) == 1
    assert decoder.warnings[0].endswith("of audio, and 0.10 s are there")


@both
@pytest.mark.parametrize("cut", [1, 2, 1_000, 1_001])
def test_a_file_that_was_cut_off(cut: int, streamed: bool) -> None:
    decoder = open_decoder(MemoryInput(wav_bytes(S16)[:-cut], streamed=streamed))
    whole = (len(S16) - cut) // 2
    assert np.array_equal(all_of(decoder)[:, 0], SAMPLES[:whole])
    assert decoder.warnings[0].startswith("it is cut off: its header promises 0.10 s")


@both
def test_nonsense_about_blocks(streamed: bool) -> None:
    decoder = open_decoder(MemoryInput(wav_bytes(S16, block_align=7), streamed=streamed))
    assert np.array_equal(all_of(decoder)[:, 0], SAMPLES)
    assert list(decoder.warnings) == [
        "it claims blocks of 7 bytes for 1 × 16 bits; the claim was ignored"
    ]


@both
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it is empty"),
        (wav_bytes(S16)[:20], "it is a WAV file that ends within its header"),
        (wav_bytes(S16, channels=0), "it is a WAV file that claims 0 channels"),
        (wav_bytes(S16, rate=0), "it is a WAV file that claims a rate of 0 Hz"),
        (wav_bytes(S16, tag=0x1234), "it is encoded in an unknown way"),
        (b"This is a text, not audio.\n" * 40, "it is damaged or not audio of a known kind"),
        (b"short", "it is damaged or not audio of a known kind"),
    ],
)
def test_what_is_not_audio(data: bytes, sentence: str, streamed: bool) -> None:
    with pytest.raises(SourceError, match=sentence) as refusal:
        open_decoder(MemoryInput(data, streamed=streamed))
    assert refusal.value.exit_status == 8


@both
def test_a_wav_without_samples(streamed: bool) -> None:
    decoder = open_decoder(MemoryInput(wav_bytes(b""), streamed=streamed))
    with pytest.raises(SourceError, match="it holds no audio"):
        all_of(decoder)


@both
@pytest.mark.parametrize("rate", [1, 7_999, 192_001, 2**32 - 1])
def test_a_rate_out_of_range_is_a_matter_of_usage(rate: int, streamed: bool) -> None:
    file = wav_bytes(S16, rate=rate, block_align=0)
    with pytest.raises(UsageError, match=f"it has a sample rate of {rate} Hz"):
        open_decoder(MemoryInput(file, streamed=streamed))


def test_bytes_that_trickle_in() -> None:
    source = MemoryInput(wav_bytes(S16), streamed=True, at_once=1)
    assert np.array_equal(all_of(open_decoder(source))[:, 0], SAMPLES)


@pytest.mark.parametrize("good", [0, 5, 30, 44, 1_000])
def test_an_input_that_fails(good: int) -> None:
    with pytest.raises(SourceError, match="Input/output error"):
        all_of(open_decoder(FailingInput(wav_bytes(S16), good)))
