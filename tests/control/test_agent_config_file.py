from pathlib import Path

import pytest

from aicall_cli.control.agent_config_file import read_agent_config
from aicall_cli.control.text_file import MAX_BYTES
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.speaking_config import TtsConfig

WANTED = AgentConfig(greeting="Hello", tts_config=TtsConfig(speech_rate=1.5))
TOML = 'Greeting = "Hello"\n\n[TtsConfig]\nSpeechRate = 1.5\n'
JSON = '\n {"Greeting": "Hello",\n "TtsConfig": {"SpeechRate": 1.5}}'


def test_json_is_read_as_it_is() -> None:
    assert read_agent_config(JSON) == WANTED
    assert read_agent_config("{}") == AgentConfig()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("agent.toml", TOML),
        ("agent.TOML", "\ufeff" + TOML),
        ("agent.json", JSON),
        ("agent", TOML),
        ("agent", JSON),
        ("agent.conf", ""),
    ],
)
def test_a_file_is_read_as_what_it_is(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert read_agent_config(str(path)) == (WANTED if text else AgentConfig())


def test_a_tilde_is_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "agent.toml").write_text(TOML)
    assert read_agent_config("~/agent.toml") == WANTED


def _refusal(text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_agent_config(text)
    assert caught.value.exit_status is ExitStatus.USAGE
    assert "\n" not in caught.value.message
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = _refusal(str(tmp_path / "none.toml"))
    assert error.message == f"there is no file {tmp_path / 'none.toml'}"
    assert error.hint is not None
    assert "JSON" in error.hint
    assert "there is no file" in _refusal("[1]").message


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    assert "cannot be read (Is a directory)" in _refusal(str(tmp_path)).message
    assert "cannot be read (embedded null byte)" in _refusal("a\0b").message
    path = tmp_path / "agent.toml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    assert f"are larger than {MAX_BYTES} bytes" in _refusal(str(path)).message
    path.write_bytes(b"Volume = 1\nGreeting = '\xff'\n")
    assert "are not UTF-8 text in line 2" in _refusal(str(path)).message


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.toml", "Volume = 1\nGreeting = hunter2\n", "are not TOML in line 2: invalid value"),
        ("a.toml", "{}", "are not TOML in line 1"),
        ("a.json", '{"Volume": 1,\n "Greeting": hunter2}', "is not JSON in line 2, column 14: exp"),
        ("a.json", TOML, "is not JSON in line 1, column 1"),
        ("a.json", "", "is not JSON in line 1, column 1"),
        ("a.json", '["hunter2"]', "is not an object"),
        ("a.json", "null", "is not an object"),
        ("a", '{"Volume": 1,}', "is not JSON in line 1, column"),
        ("a", "hunter2", "are not TOML in line 1"),
        ("a.toml", "Volum = 1", "there is no setting 'Volum'"),
        ("a.toml", "[TtsConfig]\nSpeechRate = 3", "TtsConfig.SpeechRate must be a number from 0.5"),
        ("a.toml", "Volume = 2024-01-01", "Volume must be a whole number from 0 to 400, not of"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    message = _refusal(str(path)).message
    assert says in message
    assert str(path) in message


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("{", "the agent config is not JSON in line 1, column 2", None),
        ('{"Greeting": hunter2}', "the agent config is not JSON in line 1, column 14", None),
        ('{"Volume": 401}', "the agent config: Volume must be a whole number from 0 to 400", None),
        ('{"Greting": 1}', "the agent config: there is no setting", "did you mean Greeting?"),
    ],
)
def test_what_is_wrong_in_json_is_told(text: str, says: str, hint: str | None) -> None:
    error = _refusal(text)
    assert error.message.startswith(says)
    assert error.hint == hint
