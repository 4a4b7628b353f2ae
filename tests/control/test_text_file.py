import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.control.text_file import MAX_BYTES, parse_toml, read_text
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus


def test_what_an_editor_puts_before_the_text_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\xef\xbb\xbfa\r\n")
    assert read_text(path, "x") == "a\r\n"


def test_a_file_that_is_not_there_is_for_the_caller_to_tell(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_text(tmp_path / "none", "x")


def test_other_than_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes("voice = 'de'\nuser_id = 'Müller'\n".encode("latin-1"))
    with pytest.raises(UsageError, match="the things are not UTF-8 text in line 2"):
        read_text(path, "the things")


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(UsageError, match="the things are larger than"):
        read_text(path, "the things")


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the things cannot be read \(Is a directory\)"):
        read_text(tmp_path, "the things")
    with pytest.raises(UsageError, match=r"the things cannot be read \(embedded null byte\)"):
        read_text(Path("a\0b"), "the things")


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
def test_broken_toml_is_one_sentence_with_its_line(text: str, line: int) -> None:
    with pytest.raises(UsageError) as raised:
        parse_toml(text, "the things")
    assert raised.value.exit_status is ExitStatus.USAGE
    assert f"the things are not TOML in line {line}:" in raised.value.message
    assert "\n" not in raised.value.message
    assert "hunter2" not in f"{raised.value.message} {raised.value.hint}"


def test_nests_without_end_are_refused() -> None:
    with pytest.raises(UsageError, match=r"nested too deeply|not TOML"):
        parse_toml("a = " + "[" * 100_000, "the things")


def test_a_reason_without_a_line_is_one_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> None:
        raise tomllib.TOMLDecodeError("something else")

    monkeypatch.setattr(tomllib, "loads", refuse)
    with pytest.raises(UsageError, match="in line 1: something else"):
        parse_toml("", "the things")


@given(st.text(max_size=60))
def test_any_text_is_toml_or_refused_with_a_line(text: str) -> None:
    assert " in line " in _refusal(text)


def _refusal(text: str) -> str:
    try:
        parse_toml(text, "the things")
    except UsageError as error:
        return error.message
    return "nothing in line 0"
