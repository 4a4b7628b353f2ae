from pathlib import Path

import pytest

from aicall_cli.control.kinds import Value
from aicall_cli.control.settings import Origin, Resolved, Settings
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret
from tests.control.fake_keyring import install_keyring

FILE = """
voice = "en"
server = "wss://mine.example"
token = "of-mine"
chat_key = "of-any-chat"
push_to_talk = true
[agents.clinic]
agent_id = "front-desk"
server = "wss://clinic.example/"
token = "of-clinic"
voice = "de"
[agents.local]
server = ""
[agents.vault]
server = "wss://vault.example"
token = { keyring = true }
[agents.guest]
server = "wss://guest.example"
[keys]
talk = "f5"
"""


def _settings(tmp_path: Path, text: str = FILE, **variables: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return Settings.read({"AICALL_CONFIG": str(path), **variables})


def test_option_then_environment_then_agent_then_file_then_default(tmp_path: Path) -> None:
    said = _settings(tmp_path, AICALL_VOICE="fr").for_agent("clinic")
    assert said.resolve("voice", "it") == Resolved("it", Origin.OPTION)
    assert said.resolve("voice") == Resolved("fr", Origin.ENVIRONMENT)
    assert _settings(tmp_path).for_agent("clinic").resolve("voice") == Resolved("de", Origin.AGENT)
    assert _settings(tmp_path).resolve("voice") == Resolved("en", Origin.FILE)
    assert _settings(tmp_path).resolve("user_id") == Resolved("caller", Origin.DEFAULT)
    assert _settings(tmp_path).resolve("language") == Resolved(None, Origin.DEFAULT)


def test_an_option_that_is_false_or_zero_is_one(tmp_path: Path) -> None:
    assert _settings(tmp_path).resolve("push_to_talk", False) == Resolved(False, Origin.OPTION)
    assert _settings(tmp_path).resolve("ptt_preroll", 0) == Resolved(0, Origin.OPTION)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("media_timeout", "2.5", 2.5),
        ("record", "no", False),
        ("ice_server", "stun:a stun:b", ("stun:a", "stun:b")),
    ],
)
def test_a_variable_has_its_settings_kind(
    tmp_path: Path, name: str, text: str, value: Value
) -> None:
    settings = _settings(tmp_path, **{f"AICALL_{name.upper()}": text})
    assert settings.resolve(name) == Resolved(value, Origin.ENVIRONMENT)


def test_a_variable_that_cannot_be_the_value_is_told(tmp_path: Path) -> None:
    settings = _settings(tmp_path, AICALL_MEDIA_TIMEOUT="hunter2")
    with pytest.raises(UsageError, match="variable AICALL_MEDIA_TIMEOUT must be a num") as raised:
        settings.resolve("media_timeout")
    assert "hunter2" not in raised.value.message


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    assert _settings(tmp_path, AICALL_VOICE="").resolve("voice").origin is Origin.FILE


def test_an_agents_empty_text_undoes_the_files(tmp_path: Path) -> None:
    local = _settings(tmp_path).for_agent("local")
    assert local.resolve("server") == Resolved(None, Origin.AGENT)
    assert local.defaults(("server",), assistant=True) == {}


def test_who_is_no_named_agent_has_the_settings_of_every_call(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert settings.for_agent("echo") == settings
    assert settings.for_agent(None) == settings
    assert settings.for_agent("clinic").for_agent("echo") == settings


def test_defaults_are_by_parameter_and_hold_no_secret(tmp_path: Path) -> None:
    settings = _settings(tmp_path, AICALL_USER_ID="me", AICALL_PTT_MODE="unheard of")
    parameters = ("server", "token", "voice", "ptt", "user_id", "media_timeout", "gain")
    assert settings.for_agent("clinic").defaults(parameters, assistant=False) == {
        "server": "wss://clinic.example/",
        "voice": "de",
        "ptt": True,
        "user_id": "me",
    }


def test_a_voice_of_every_call_is_the_assistants(tmp_path: Path) -> None:
    settings = _settings(tmp_path, AICALL_LANGUAGE="en")
    parameters = ("voice", "language")
    assert settings.defaults(parameters, assistant=False) == {}
    assert settings.defaults(parameters, assistant=True) == {"voice": "en", "language": "en"}
    # What an agent's own table says is meant for it.
    assert settings.for_agent("clinic").defaults(parameters, assistant=False) == {"voice": "de"}


def test_the_agent_that_is_called_has_its_own_id_or_its_name(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert settings.for_agent("clinic").called_id("clinic") == "front-desk"
    assert settings.for_agent("guest").called_id("guest") == "guest"
    assert settings.called_id("echo") == "echo"
    assert settings.called_id(None) is None


def test_keys_are_the_files(tmp_path: Path) -> None:
    assert _settings(tmp_path).keys == {"talk": ("f5",)}


@pytest.mark.parametrize(
    ("agent", "address", "token"),
    [
        (None, "wss://mine.example", "of-mine"),
        (None, "wss://mine.example/", "of-mine"),
        (None, "wss://other.example", None),
        (None, None, None),
        ("clinic", "wss://clinic.example", "of-clinic"),
        ("clinic", "wss://mine.example", "of-mine"),
        ("clinic", "wss://other.example", None),
        ("guest", "wss://guest.example", None),
    ],
)
def test_a_token_goes_to_the_server_beside_it_only(
    tmp_path: Path, agent: str | None, address: str | None, token: str | None
) -> None:
    found = _settings(tmp_path).for_agent(agent).secret("token", address)
    assert found == (Secret(token) if token else None)


def test_a_secret_without_an_address_beside_it_goes_to_any(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert settings.secret("chat_key", "https://chat.example/v1") == Secret("of-any-chat")
    assert settings.secret("asr_key", "https://asr.example/v1") is None


def test_the_variables_token_stands_first_and_goes_with_the_variables_server(
    tmp_path: Path,
) -> None:
    any_server = _settings(tmp_path, AICALL_TOKEN="said")
    assert any_server.for_agent("clinic").secret("token", "wss://clinic.example") == Secret("said")
    one_server = _settings(tmp_path, AICALL_TOKEN="said", AICALL_SERVER="wss://said.example")
    assert one_server.secret("token", "wss://said.example") == Secret("said")
    assert one_server.secret("token", "wss://other.example") is None


def test_an_agents_empty_token_undoes_the_files(tmp_path: Path) -> None:
    settings = _settings(tmp_path, "token = 'x'\n[agents.a]\ntoken = ''\n").for_agent("a")
    assert settings.secret("token", "wss://a.example") is None


def test_the_keyring_is_asked_only_for_what_it_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = install_keyring(monkeypatch)
    keyring.entries["aicall", "agents.vault.token"] = "of-vault"
    settings = _settings(tmp_path)
    settings.for_agent("clinic").secret("token", "wss://clinic.example")
    settings.for_agent("vault").secret("token", "wss://other.example")
    assert keyring.asked == 0
    vault = settings.for_agent("vault")
    assert vault.secret("token", "wss://vault.example") == Secret("of-vault")


def test_the_keyring_may_keep_the_token_of_every_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_keyring(monkeypatch).entries["aicall", "token"] = "of-all"
    settings = _settings(tmp_path, "token = { keyring = true }\n[agents.a]\n")
    assert settings.for_agent("a").secret("token", "wss://a.example") == Secret("of-all")


def test_settings_show_no_secret(tmp_path: Path) -> None:
    shown = repr(_settings(tmp_path))
    assert not [it for it in ("of-mine", "of-clinic", "of-any-chat") if it in shown]
