from pathlib import Path

import pytest

from aicall_cli.errors import RecordingError, SourceError, UsageError
from aicall_cli.recording.library import delete_recording, find_recording, list_recordings
from tests.recording.kept_calls import keep_call

OLD, NEW = "20250309-070502-echo-aaaaaa", "20250310-070502-assistant-bbbbbb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two recordings among other things."""
    keep_call(tmp_path, agent="assistant", short_id="bbbbbb", day=10)
    keep_call(tmp_path, short_id="aaaaaa", finished=False)
    (tmp_path / "samples").mkdir()
    (tmp_path / "notes.txt").touch()
    return tmp_path


def test_recordings_are_listed_by_age_and_other_things_passed_over(folder: Path) -> None:
    calls = list_recordings(folder)
    assert [(call.name, call.finished) for call in calls] == [(OLD, False), (NEW, True)]


def test_no_folder_has_no_recordings(tmp_path: Path) -> None:
    assert list_recordings(tmp_path / "none") == ()


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SourceError, match=r"file cannot be read \(Not a directory\)"):
        list_recordings(tmp_path / "file")


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("last", NEW), (OLD, OLD), ("aaaaaa", OLD), ("20250309", OLD), ("20250310-07", NEW)],
)
def test_a_recording_is_found_by_a_part_of_its_name(folder: Path, wanted: str, name: str) -> None:
    assert find_recording(folder, wanted).name == name


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        ("202503", "'202503' means several recordings", f"{OLD}, {NEW}"),
        ("echo", "there is no recording 'echo' in", "aicall recordings list"),
        ("", "'' means several recordings", OLD),
        ("samples", "there is no recording 'samples'", "aicall recordings list"),
    ],
)
def test_what_means_none_or_several_is_told(
    folder: Path, wanted: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        find_recording(folder, wanted)
    assert message in raised.value.message
    assert hint in (raised.value.hint or "")


def test_only_the_first_of_many_are_named(tmp_path: Path) -> None:
    for day in range(10, 17):
        keep_call(tmp_path, day=day, seconds=0)
    with pytest.raises(UsageError) as raised:
        find_recording(tmp_path, "2025")
    assert (raised.value.hint or "").count("20250") == 5
    assert (raised.value.hint or "").endswith(", …")


def test_an_id_that_came_twice_is_told(tmp_path: Path) -> None:
    keep_call(tmp_path, short_id="aaaaaa")
    keep_call(tmp_path, short_id="aaaaaa", day=10)
    with pytest.raises(UsageError, match="several"):
        find_recording(tmp_path, "aaaaaa")


def test_in_an_empty_folder_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no recordings in") as raised:
        find_recording(tmp_path, "last")
    assert raised.value.hint == "choose another folder with --record-dir"


def test_a_recording_is_deleted_with_all_its_files(folder: Path) -> None:
    delete_recording(find_recording(folder, OLD))
    assert sorted(path.name for path in folder.iterdir()) == [NEW, "notes.txt", "samples"]


def test_a_recording_that_cannot_be_deleted_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(RecordingError, match=r"cannot be deleted \(Permission denied\)"):
        delete_recording(find_recording(folder, OLD))
