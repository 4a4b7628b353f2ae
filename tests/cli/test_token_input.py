import io
import sys
from pathlib import Path

import pytest

from aicall_cli.cli import token_input
from aicall_cli.cli.token_input import find_app_key, read_token_argument
from aicall_cli.control.settings import Settings
from aicall_cli.errors import UsageError
from aicall_cli.protocol.token_text import MAX_TOKEN
from aicall_cli.secret import Secret
from tests.cli.run_command import Terminal


class Unreadable(io.StringIO):
    """Standard input that fails."""

    def read(self, size: int | None = -1, /) -> str:
        raise OSError(5, "Input/output error")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.read({"AICALL_CONFIG": str(tmp_path / "config.toml")})


def _asked(monkeypatch: pytest.MonkeyPatch, answer: str) -> list[str]:
    """Let a terminal be there whose user gives ``answer``; return what is asked."""
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return answer

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(token_input, "getpass", ask)
    return asked


def test_a_token_is_the_argument_or_what_is_piped_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("  eyJ\n"))
    assert read_token_argument("abc") == "abc"
    assert read_token_argument("-") == "eyJ"
    assert read_token_argument("-") == ""


def test_on_a_terminal_it_is_asked_for_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _asked(monkeypatch, "eyJ")
    assert read_token_argument("-") == "eyJ"
    assert asked == ["token: "]


def test_no_more_is_read_than_the_longest_token(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = io.StringIO("A" * 10 * MAX_TOKEN)
    monkeypatch.setattr(sys, "stdin", endless)
    assert len(read_token_argument("-")) > MAX_TOKEN
    assert endless.tell() < MAX_TOKEN + 8
    monkeypatch.setattr(sys, "stdin", io.StringIO("A" * MAX_TOKEN + "\r\n"))
    assert len(read_token_argument("-")) == MAX_TOKEN


def test_what_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Unreadable())
    with pytest.raises(UsageError, match=r"cannot be read \(Input/output error\)"):
        read_token_argument("-")
    noise = io.TextIOWrapper(io.BytesIO(b"\xff\xfe"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", noise)
    with pytest.raises(UsageError, match="standard input holds no text"):
        read_token_argument("-")


def test_a_key_is_asked_for_unseen(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    asked = _asked(monkeypatch, "hunter2")
    assert find_app_key("app\x1b1", settings) == Secret("hunter2")
    assert asked == [r"app key of app\x1b1: "]


def test_without_an_answer_there_is_no_key(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    _asked(monkeypatch, "")
    with pytest.raises(UsageError, match="there is no app key for app-1"):
        find_app_key("app-1", settings)


def test_a_key_is_not_read_from_a_pipe(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("hunter2\n"))
    with pytest.raises(UsageError, match="there is no app key for app-1") as caught:
        find_app_key("app-1", settings)
    assert "AICALL_RTC_APP_KEY" in (caught.value.hint or "")
