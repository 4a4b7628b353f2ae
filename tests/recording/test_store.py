import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.errors import RecordingError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.recording.store import (
    ENVIRONMENT_VARIABLE,
    NAME_LIMIT,
    create_recording,
    random_id,
    recordings_folder,
    safe_name,
)

BEGAN = datetime(2025, 3, 9, 7, 5, 2, tzinfo=UTC)


def test_the_option_stands_before_everything(tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    chosen = recordings_folder(Path("mine"), {ENVIRONMENT_VARIABLE: "theirs"}, tmp_path)
    assert chosen == Path("mine")


def test_the_environment_stands_before_the_local_folder(tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    assert recordings_folder(None, {ENVIRONMENT_VARIABLE: "theirs"}, tmp_path) == Path("theirs")


def test_a_local_folder_is_used_where_it_is_one(tmp_path: Path) -> None:
    local = tmp_path / "recordings"
    local.touch()
    assert recordings_folder(None, {}, tmp_path) != local
    local.unlink()
    local.mkdir()
    assert recordings_folder(None, {ENVIRONMENT_VARIABLE: ""}, tmp_path) == local


def test_else_it_is_the_users_data_folder(tmp_path: Path) -> None:
    expected = platformdirs.user_data_path("aicall", appauthor=False) / "recordings"
    assert recordings_folder(None, {}, tmp_path) == expected


def test_a_recording_is_named_by_time_agent_and_id(tmp_path: Path) -> None:
    path = create_recording(tmp_path / "new" / "folder", "assistant", BEGAN, lambda: "0a1b2c")
    assert path == tmp_path / "new" / "folder" / "20250309-070502-assistant-0a1b2c"
    for directory in (path, path.parent, path.parent.parent):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_taken_name_is_not_used_again(tmp_path: Path) -> None:
    ids = iter(["aaaaaa", "aaaaaa", "aaaaaa", "bbbbbb"])
    first = create_recording(tmp_path, "echo", BEGAN, lambda: next(ids))
    (first / "call.wav").touch()
    second = create_recording(tmp_path, "echo", BEGAN, lambda: next(ids))
    assert (first.name[-6:], second.name[-6:]) == ("aaaaaa", "bbbbbb")


def test_when_every_name_is_taken_it_says_so(tmp_path: Path) -> None:
    create_recording(tmp_path, "echo", BEGAN, lambda: "same")
    with pytest.raises(RecordingError, match="taken") as raised:
        create_recording(tmp_path, "echo", BEGAN, lambda: "same")
    assert str(tmp_path) in raised.value.message


def test_ids_are_short_and_random() -> None:
    ids = {random_id() for _ in range(50)}
    assert len(ids) > 45
    assert all(re.fullmatch("[0-9a-f]{6}", name) for name in ids)


@pytest.mark.parametrize("below", ["", "folder/below"])
def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path, below: str) -> None:
    file = tmp_path / "song.wav"
    file.touch()
    with pytest.raises(RecordingError) as raised:
        create_recording(file / below, "echo", BEGAN)
    assert raised.value.exit_status is ExitStatus.RECORDING
    assert str(file) in raised.value.message
    assert "Not a directory" in raised.value.message
    assert raised.value.hint


def test_a_recording_that_cannot_be_made_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(RecordingError, match=r"20250309-070502-echo-.*: Permission denied"):
        create_recording(tmp_path, "echo", BEGAN)


@pytest.mark.parametrize(
    ("agent_id", "name"),
    [
        ("assistant", "assistant"),
        ("script:calls/order.toml", "script-calls-order.toml"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "agent"),
        ("", "agent"),
        ("客服", "agent"),
        ("Köln-Bot №1", "Koln-Bot-No1"),
        ("a\x00b\nc\x1b[31m", "a-b-c-31m"),
        ("-rf", "rf"),
        ("C:\\con", "C-con"),
    ],
)
def test_an_agents_name_becomes_part_of_a_file_name(agent_id: str, name: str) -> None:
    assert safe_name(agent_id) == name


@given(st.text(st.characters(codec=None, categories=None), max_size=300))
def test_no_agent_id_leaves_the_folder_or_is_too_long(agent_id: str) -> None:
    name = safe_name(agent_id)
    assert re.fullmatch("[A-Za-z0-9_][A-Za-z0-9_.-]*", name)
    assert len(name) <= NAME_LIMIT
    assert Path(name).name == name
