from pathlib import Path
from types import SimpleNamespace

import platformdirs
import pytest

from aicall_cli.control import settings_file
from aicall_cli.control.settings_file import others_can_read, read_settings, settings_path
from aicall_cli.errors import UsageError


def test_the_place_is_the_variables_or_the_platforms() -> None:
    assert settings_path({"AICALL_CONFIG": "mine.toml"}) == Path("mine.toml")
    assert settings_path({"AICALL_CONFIG": "~/mine.toml"}) == Path.home() / "mine.toml"
    place = platformdirs.user_config_path("aicall", appauthor=False) / "config.toml"
    assert settings_path({"AICALL_CONFIG": ""}) == place


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none" / "config.toml") == {}


def test_what_an_editor_puts_into_a_file_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf# mine\r\nvoice = 'de'\r\n")
    assert read_settings(path) == {"voice": "de"}


def test_what_is_wrong_in_a_file_is_told_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("voice = 'de'\ntoken = hunter2\n")
    with pytest.raises(UsageError, match="not TOML in line 2") as raised:
        read_settings(path)
    assert f"the settings {path} are" in raised.value.message
    assert "hunter2" not in raised.value.message


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read \(Is a directory\)"):
        read_settings(tmp_path)


def test_rights_of_others_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert not others_can_read(path)
    path.touch()
    path.chmod(0o640)
    assert others_can_read(path)
    path.chmod(0o600)
    assert not others_can_read(path)


def test_where_files_have_no_such_rights_nobody_is_accused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.touch(0o644)
    monkeypatch.setattr(settings_file, "os", SimpleNamespace(name="nt"))
    assert not others_can_read(path)
