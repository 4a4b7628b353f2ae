import json
import stat
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.wav_writer import HEADER_BYTES
from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.errors import RecordingError
from aicall_cli.private_file import create_private_file
from aicall_cli.recording import transcript_files
from aicall_cli.recording.call_audio import PART_SAMPLES
from aicall_cli.recording.files import RecordingFiles
from aicall_cli.recording.stereo_timeline import AGENT, CALLER
from tests.recording.file_size_limit import file_size_limit
from tests.recording.small_disk import SmallDisk
from tests.recording.stereo_wav import ramp, read_stereo

SAID = TranscriptEntry(Party.CALLER, 1, "hello", 0.5, 1.0, final=True, interrupted=False)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "call"
    path.mkdir()
    return path


@pytest.fixture
def failures() -> list[RecordingError]:
    return []


def test_every_file_of_a_recording_is_its_owners(
    directory: Path, failures: list[RecordingError]
) -> None:
    files = RecordingFiles(directory, create_private_file, PART_SAMPLES, failures.append)
    files.place(CALLER, 0, ramp(0, 960))
    files.append('{"event": "call_ended"}')
    files.finish()
    files.write_documents([SAID], {"duration": 1.0, "mos": None})

    names = [
        "call.wav",
        "events.jsonl",
        "summary.json",
        "transcript.json",
        "transcript.srt",
        "transcript.txt",
        "transcript.vtt",
    ]
    paths = sorted(directory.iterdir())
    assert [path.name for path in paths] == names
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert json.loads((directory / "summary.json").read_text()) == {"duration": 1.0, "mos": None}
    assert "Caller: hello" in (directory / "transcript.txt").read_text()
    assert failures == []


def test_a_full_disk_ends_the_audio_and_not_the_events(
    directory: Path, failures: list[RecordingError]
) -> None:
    disk = SmallDisk(room=HEADER_BYTES + 4 * 1000 + 40)
    files = RecordingFiles(directory, disk.create, PART_SAMPLES, failures.append)
    files.place(CALLER, 0, ramp(0, 1000))
    files.flush()
    disk.room, room = 0, disk.room
    files.place(AGENT, 1000, ramp(1000, 1000))
    files.flush()
    disk.room = room
    files.append('{"event": "warning_raised"}')
    files.place(AGENT, 2000, ramp(2000, 1000))
    files.flush()
    files.finish()

    assert [str(failure) for failure in failures] == [
        f"cannot write the recording {directory / 'call.wav'}: No space left on device"
    ]
    assert disk.refusals == 1
    assert np.array_equal(read_stereo(directory / "call.wav")[:, CALLER], ramp(0, 1000))
    assert (directory / "events.jsonl").read_text() == '{"event": "warning_raised"}\n'


def test_a_full_disk_ends_the_events_and_not_the_audio(
    directory: Path, failures: list[RecordingError]
) -> None:
    disk = SmallDisk(room=HEADER_BYTES + 20)
    files = RecordingFiles(directory, disk.create, PART_SAMPLES, failures.append)
    files.append('{"event": "a"}')
    files.append('{"event": "b"}')
    disk.room = 10_000
    files.append('{"event": "c"}')
    files.place(CALLER, 0, ramp(0, 1000))
    files.finish()

    assert [failure.message.count("events.jsonl") for failure in failures] == [1]
    assert (directory / "events.jsonl").read_text() == '{"event": "a"}\n'
    assert np.array_equal(read_stereo(directory / "call.wav")[:, CALLER], ramp(0, 1000))


def test_a_disk_that_is_full_at_the_end_is_reported_once(
    directory: Path, failures: list[RecordingError]
) -> None:
    disk = SmallDisk(room=HEADER_BYTES + 4 * 500)
    files = RecordingFiles(directory, disk.create, PART_SAMPLES, failures.append)
    files.place(CALLER, 0, ramp(0, 1000))
    files.finish()
    files.finish()
    assert len(failures) == 1
    assert len(read_stereo(directory / "call.wav")) == 0


def test_documents_that_cannot_be_written_are_absent_and_reported(
    directory: Path, failures: list[RecordingError]
) -> None:
    files = RecordingFiles(directory, create_private_file, PART_SAMPLES, failures.append)
    files.finish()
    with file_size_limit(50):
        files.write_documents([SAID], {"duration": 1.0, "text": "x" * 100})

    # What fits is there, whole; the rest is not there at all.
    there = {path.name for path in directory.iterdir()} - {"call.wav", "events.jsonl"}
    reported = {Path(str(failure).split(": ")[0]).name for failure in failures}
    assert "transcript.txt" in there
    assert "summary.json" in reported
    assert there.isdisjoint(reported)
    assert there | reported == {*transcript_files.WRITERS, "summary.json"}


@pytest.mark.parametrize("room", [0, HEADER_BYTES - 1])
def test_a_recording_that_cannot_begin_leaves_nothing_behind(
    directory: Path, failures: list[RecordingError], room: int
) -> None:
    with pytest.raises(RecordingError, match="No space left"):
        RecordingFiles(directory, SmallDisk(room).create, PART_SAMPLES, failures.append)
    assert not directory.exists()
    assert failures == []


def test_an_event_log_that_cannot_begin_takes_the_audio_back(
    directory: Path, failures: list[RecordingError]
) -> None:
    (directory / "events.jsonl").mkdir()
    with pytest.raises(RecordingError, match=r"events\.jsonl.*: File exists"):
        RecordingFiles(directory, create_private_file, PART_SAMPLES, failures.append)
    assert [path.name for path in directory.iterdir()] == ["events.jsonl"]
