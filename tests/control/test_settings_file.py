import tomllib
from pathlib import Path
from types import SimpleNamespace

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.control import settings_file
from aicall_cli.control.settings_file import (
    MAX_BYTES,
    others_can_read,
    parse_settings,
    read_settings,
    settings_path,
)
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus


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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("voice = 'de'\ntoken = hunter2\n", 2),
        ("voice = 'de'\n\ntoken = 'hunter2\nlanguage = 'en'\n", 3),
        ("token = 'hunter2'\ntoken = 'hunter2'\n", 2),
        ("[agents.x\ntoken='hunter2'\n", 1),
        ("# x\nice_server = ['hunter2',\n", 2),
        ("a = 1\nhunter2", 2),
        ('a = 1\ntoken = "hunter2\\q"\n', 2),
        ('a = 1\ntoken = """hunter2\n\n', 2),
    ],
)
def test_broken_toml_is_one_sentence_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(UsageError) as raised:
        parse_settings(text, path)
    assert raised.value.exit_status is ExitStatus.USAGE
    assert str(path) in raised.value.message
    assert f"in line {line}:" in raised.value.message
    assert "\n" not in raised.value.message
    assert "hunter2" not in f"{raised.value.message} {raised.value.hint}"


def test_other_than_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes("voice = 'de'\nuser_id = 'Müller'\n".encode("latin-1"))
    with pytest.raises(UsageError, match="not UTF-8 text in line 2"):
        read_settings(path)


def test_nests_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nested too deeply|not TOML"):
        parse_settings("a = " + "[" * 100_000, tmp_path / "config.toml")


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(UsageError, match="larger than"):
        read_settings(path)


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


def test_a_reason_without_a_line_is_one_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(text: str) -> None:
        raise tomllib.TOMLDecodeError("something else")

    monkeypatch.setattr(tomllib, "loads", refuse)
    with pytest.raises(UsageError, match="in line 1: something else"):
        parse_settings("", tmp_path / "config.toml")


@given(st.text(max_size=60))
def test_any_text_is_toml_or_refused_with_a_line(text: str) -> None:
    assert " in line " in _refusal(text)


def _refusal(text: str) -> str:
    try:
        parse_settings(text, Path("config.toml"))
    except UsageError as error:
        return error.message
    return "nothing in line 0"
