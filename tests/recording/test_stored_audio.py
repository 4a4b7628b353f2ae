from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.wav_writer import HEADER_BYTES, WavWriter
from aicall_cli.errors import SourceError
from aicall_cli.recording.stored_audio import StoredAudio, part_paths
from tests.recording.stereo_wav import ramp


def _part(path: Path, start: int, samples: int, audio_format: AudioFormat | None = None) -> Pcm:
    audio_format = audio_format or AudioFormat(SAMPLE_RATE, 2)
    pcm = np.stack([ramp(start, samples), -ramp(start, samples)], axis=1)
    with path.open("wb") as file:
        writer = WavWriter(file, audio_format)
        writer.write(pcm[:, : audio_format.channels])
        writer.close()
    return pcm


def _read(directory: Path, start: int = 0) -> Pcm:
    return np.concatenate([np.zeros((0, 2), np.int16), *StoredAudio(directory).blocks(start)])


def test_one_part_is_read_in_blocks(tmp_path: Path) -> None:
    pcm = _part(tmp_path / "call.wav", 0, 2 * SAMPLE_RATE + 100)
    audio = StoredAudio(tmp_path)
    assert (audio.samples, audio.seconds) == (len(pcm), len(pcm) / SAMPLE_RATE)
    blocks = list(audio.blocks())
    assert [len(block) for block in blocks] == [SAMPLE_RATE, SAMPLE_RATE, 100]
    assert np.array_equal(np.concatenate(blocks), pcm)
    assert blocks[0].dtype == np.int16


@pytest.mark.parametrize("start", [0, 999, 1000, 1500, 2500, 9000])
def test_parts_follow_each_other(tmp_path: Path, start: int) -> None:
    parts = [
        _part(tmp_path / name, 1000 * number, 1000)
        for number, name in enumerate(("call.wav", "call-2.wav", "call-3.wav"))
    ]
    (tmp_path / "call-5.wav").touch()
    assert len(part_paths(tmp_path)) == 3
    assert StoredAudio(tmp_path).samples == 3000
    assert np.array_equal(_read(tmp_path, start), np.concatenate(parts)[start:])


def test_no_part_has_no_samples(tmp_path: Path) -> None:
    assert StoredAudio(tmp_path).samples == 0
    assert len(_read(tmp_path)) == 0


def test_what_was_written_before_a_crash_is_read_whatever_the_header_says(tmp_path: Path) -> None:
    pcm = _part(tmp_path / "call.wav", 0, 1000)
    path = tmp_path / "call.wav"
    more = np.stack([ramp(1000, 10), -ramp(1000, 10)], axis=1)
    path.write_bytes(path.read_bytes() + more.astype("<i2").tobytes() + b"\x01\x02\x03")
    assert np.array_equal(_read(tmp_path), np.concatenate([pcm, more]))


@pytest.mark.parametrize("size", [HEADER_BYTES, HEADER_BYTES + 3])
def test_a_file_that_ends_before_its_first_sample_is_empty(tmp_path: Path, size: int) -> None:
    _part(tmp_path / "call.wav", 0, 1000)
    path = tmp_path / "call.wav"
    path.write_bytes(path.read_bytes()[:size])
    assert StoredAudio(tmp_path).samples == 0
    assert len(_read(tmp_path)) == 0


@pytest.mark.parametrize("data", [b"", b"RIFF", b"not a wav file at all", b"RIFF\0\0\0\0WAVEfm"])
def test_what_is_no_wav_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "call.wav").write_bytes(data)
    with pytest.raises(SourceError, match=r"call\.wav is "):
        StoredAudio(tmp_path)


def test_what_is_no_call_is_told(tmp_path: Path) -> None:
    _part(tmp_path / "call.wav", 0, 1000, AudioFormat(SAMPLE_RATE, 1))
    with pytest.raises(SourceError, match="is not the recording of a call"):
        StoredAudio(tmp_path)


def test_a_part_that_went_away_is_told(tmp_path: Path) -> None:
    _part(tmp_path / "call.wav", 0, 1000)
    audio = StoredAudio(tmp_path)
    (tmp_path / "call.wav").unlink()
    with pytest.raises(SourceError, match=r"call\.wav cannot be read \(No such file"):
        list(audio.blocks())


def test_a_part_that_became_shorter_ends_there(tmp_path: Path) -> None:
    _part(tmp_path / "call.wav", 0, 1000)
    audio = StoredAudio(tmp_path)
    data = (tmp_path / "call.wav").read_bytes()
    (tmp_path / "call.wav").write_bytes(data[: HEADER_BYTES + 4 * 500 + 1])
    assert [len(block) for block in audio.blocks()] == [500]
