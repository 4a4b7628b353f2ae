import io
import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio import wav_writer
from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.wav_writer import HEADER_BYTES, MAX_DATA_BYTES, WavWriter

MONO = AudioFormat(48_000, 1)
STEREO = AudioFormat(48_000, 2)


class Kept(io.BytesIO):
    """A file whose bytes outlive its closing."""

    kept = b""

    def close(self) -> None:
        if not self.closed:
            self.kept = self.getvalue()
        super().close()


def ramp(samples: int, channels: int) -> np.ndarray:
    return np.arange(samples * channels, dtype=np.int16).reshape(-1, channels)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    writer = WavWriter(path.open("wb"), STEREO)
    for start in range(0, 100, 10):
        writer.write(ramp(100, 2)[start : start + 10])
    assert writer.samples == 100
    writer.close()
    with wave.open(str(path)) as reader:
        assert reader.getparams()[:4] == (2, 2, 48_000, 100)
        data = reader.readframes(200)
    assert data == ramp(100, 2).astype("<i2").tobytes()


def test_the_header_is_that_of_the_specification() -> None:
    file = Kept()
    writer = WavWriter(file, AudioFormat(16_000, 2))
    writer.write(ramp(3, 2))
    writer.close()
    header = file.kept[:HEADER_BYTES]
    assert header[:4] + header[8:16] == b"RIFFWAVEfmt "
    assert struct.unpack("<IHHIIHH", header[16:36]) == (16, 1, 2, 16_000, 64_000, 4, 16)
    assert struct.unpack("<I", header[4:8]) == (36 + 12,)
    assert header[36:40] == b"data"
    assert struct.unpack("<I", header[40:44]) == (12,)
    assert len(file.kept) == HEADER_BYTES + 12


def test_mono_may_be_flat_or_a_column() -> None:
    file = Kept()
    writer = WavWriter(file, MONO)
    writer.write(np.array([1, 2], np.int16))
    writer.write(np.array([[3], [4]], np.int16))
    writer.close()
    assert file.kept[HEADER_BYTES:] == struct.pack("<4h", 1, 2, 3, 4)


def test_a_killed_process_leaves_what_the_last_update_knew(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    writer = WavWriter(path.open("wb"), MONO)
    writer.write(np.full(10, 5, np.int16))
    writer.update_header()
    writer.write(np.full(10, 7, np.int16))
    left = path.read_bytes()  # what is still buffered in this process is lost with it
    writer.close()
    with wave.open(io.BytesIO(left)) as reader:
        assert reader.readframes(100) == struct.pack("<10h", *[5] * 10)


def test_writing_goes_on_behind_the_audio_after_an_update() -> None:
    file = Kept()
    writer = WavWriter(file, MONO)
    for value in (1, 2, 3):
        writer.write(np.array([value], np.int16))
        writer.update_header()
    writer.close()
    assert file.kept[HEADER_BYTES:] == struct.pack("<3h", 1, 2, 3)


def test_a_file_that_was_never_updated_is_an_empty_recording() -> None:
    file = Kept()
    WavWriter(file, MONO)
    with wave.open(io.BytesIO(file.getvalue())) as reader:
        assert reader.getnframes() == 0


@pytest.mark.parametrize(
    "pcm",
    [
        np.zeros(4, np.int16),
        np.zeros((4, 1), np.int16),
        np.zeros((4, 2), np.float32),
        np.zeros((1, 4, 2), np.int16),
    ],
)
def test_pcm_of_another_shape_or_type_is_refused(pcm: np.ndarray) -> None:
    writer = WavWriter(io.BytesIO(), STEREO)
    with pytest.raises(ValueError, match="in a WAV file of 2 channels"):
        writer.write(pcm)
    assert writer.samples == 0


def test_room_is_what_a_riff_size_can_count() -> None:
    assert WavWriter(io.BytesIO(), STEREO).room == MAX_DATA_BYTES // 4
    assert MAX_DATA_BYTES + HEADER_BYTES - 8 == 0xFFFF_FFFF


def test_more_than_the_room_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wav_writer, "MAX_DATA_BYTES", 21)
    file = Kept()
    writer = WavWriter(file, STEREO)
    writer.write(ramp(4, 2))
    assert writer.room == 1
    with pytest.raises(ValueError, match="2 samples in a WAV file with room for 1"):
        writer.write(ramp(2, 2))
    writer.write(ramp(1, 2))
    assert writer.room == 0
    writer.close()
    assert len(file.kept) == HEADER_BYTES + 20


def test_close_closes_the_file_once() -> None:
    file = Kept()
    writer = WavWriter(file, MONO)
    writer.close()
    assert file.closed
    writer.close()


class PartialFile(Kept):
    """Takes a few bytes a call, as an unbuffered file may; full from ``limit`` bytes on."""

    limit = 2**40

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        room = self.limit - self.tell()
        if room <= 0:
            raise OSError(28, "No space left on device")
        return super().write(data[: min(room, 7)])


def test_a_file_that_takes_little_at_a_time_gets_everything() -> None:
    file = PartialFile()
    writer = WavWriter(file, STEREO)
    writer.write(ramp(100, 2))
    writer.close()
    assert file.kept[HEADER_BYTES:] == ramp(100, 2).astype("<i2").tobytes()


def test_a_full_disk_passes_through_and_leaves_what_fitted_playable() -> None:
    file = PartialFile()
    writer = WavWriter(file, STEREO)
    writer.write(ramp(10, 2))
    file.limit = HEADER_BYTES + 50
    with pytest.raises(OSError, match="No space"):
        writer.write(ramp(10, 2))
    writer.close()
    with wave.open(io.BytesIO(file.kept)) as reader:
        assert reader.readframes(100) == ramp(10, 2).astype("<i2").tobytes()


def test_after_a_refused_write_the_next_one_takes_its_place() -> None:
    file = PartialFile()
    writer = WavWriter(file, STEREO)
    file.limit = HEADER_BYTES + 6
    with pytest.raises(OSError, match="No space"):
        writer.write(ramp(10, 2))
    file.limit = 2**40
    writer.update_header()
    writer.write(ramp(10, 2))
    writer.close()
    assert file.kept[HEADER_BYTES:] == ramp(10, 2).astype("<i2").tobytes()


def test_the_file_is_closed_even_if_its_header_cannot_be_written() -> None:
    file = PartialFile()
    writer = WavWriter(file, MONO)
    file.limit = 0
    with pytest.raises(OSError, match="No space"):
        writer.close()
    assert file.closed
