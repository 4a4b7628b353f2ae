from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from aicall_cli.cli import call_settings
from aicall_cli.cli.app import app
from aicall_cli.cli.assistant_servers import AssistantServers
from aicall_cli.cli.call_settings import (
    assistant_keys,
    remember_devices,
    settings_of,
    token_for,
)
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.options import (
    AgentId,
    AsrModel,
    AsrUrl,
    ChatModel,
    ChatUrl,
    IceServers,
    MediaTimeout,
    Record,
    RecordDir,
    Server,
    Token,
    TtsModel,
    TtsUrl,
    Voice,
)
from aicall_cli.control.settings_table import SETTINGS, Setting
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret

FILE = """
agent_id = "clinic"
media_timeout = 7
voice = "de"
chat_url = "https://chat.example/v1"
chat_key = "of-chat"
ice_server = ["stun:a.example", "turn:me:of-turn@b.example"]
[agents.clinic]
agent_id = "front-desk"
server = "wss://clinic.example"
token = "of-clinic"
record = false
[agents.mine]
agent_id = "assistant"
"""


@dataclass
class Called:
    """What a command got, and what it made of its settings."""

    options: dict[str, Any] = field(default_factory=dict)
    token: Secret | None = None
    keys: dict[str, str] = field(default_factory=dict)
    agent: str | None = None
    complaint: str = ""


class Command:
    """A command with the options of a call, run in this process."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "config.toml"
        self.file.write_text(FILE, encoding="utf-8")
        monkeypatch.setenv("AICALL_CONFIG", str(self.file))
        self._called = Called()
        self.opened: dict[str, str] = {}
        """The devices that the command opens."""
        self.app = typer.Typer()
        self.app.command()(self._command)

    def __call__(self, *arguments: str) -> Called:
        self._called = Called()
        out, err = StringIO(), StringIO()
        self.app(arguments, standalone_mode=False, obj=Environment(stdout=out, stderr=err))
        self._called.complaint = err.getvalue()
        return self._called

    def _command(
        self,
        context: typer.Context,
        server: Server = None,
        token: Token = None,
        ice_server: IceServers = None,
        media_timeout: MediaTimeout = 5.0,
        voice: Voice = None,
        asr_url: AsrUrl = None,
        asr_model: AsrModel = None,
        chat_url: ChatUrl = None,
        chat_model: ChatModel = None,
        tts_url: TtsUrl = None,
        tts_model: TtsModel = None,
        record_dir: RecordDir = None,
        record: Record = True,
        input_device: str | None = None,
        output_device: str | None = None,
        agent_id: AgentId = None,
    ) -> None:
        """Call."""
        remember_devices(context, self.opened)
        self._called = Called(
            options=dict(context.params),
            token=token_for(context, token, server),
            keys=dict(assistant_keys(context, AssistantServers.of(context))),
            agent=settings_of(context).agent,
        )


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    return Command(tmp_path, monkeypatch)


def test_a_named_agent_brings_its_server_token_id_and_options(command: Command) -> None:
    called = command("--agent-id", "clinic")
    assert called.agent == "clinic"
    assert called.options["agent_id"] == "front-desk"
    assert called.options["server"] == "wss://clinic.example"
    assert called.options["record"] is False
    assert called.options["media_timeout"] == 7.0
    assert called.options["ice_server"] == ["stun:a.example", "turn:me:of-turn@b.example"]
    assert called.options["voice"] is None
    assert called.token == Secret("of-clinic")


def test_the_file_or_a_variable_may_say_whom_to_call(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command().agent == "clinic"
    monkeypatch.setenv("AICALL_AGENT_ID", "mine")
    assert command().options["agent_id"] == "assistant"
    assert command("--agent-id", "echo").options["agent_id"] == "echo"


def test_option_then_variable_then_file_then_default(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("--media-timeout", "3").options["media_timeout"] == 3.0
    monkeypatch.setenv("AICALL_MEDIA_TIMEOUT", "2")
    monkeypatch.setenv("AICALL_RECORD", "yes")
    monkeypatch.setenv("AICALL_SERVER", "wss://said.example")
    called = command()
    assert called.options["media_timeout"] == 2.0
    assert called.options["record"] is True
    assert called.options["server"] == "wss://said.example"
    assert command("--server", "wss://mine.example").options["server"] == "wss://mine.example"
    assert command("--no-record").options["record"] is False
    command.file.write_text("", encoding="utf-8")
    monkeypatch.delenv("AICALL_MEDIA_TIMEOUT")
    assert command().options["media_timeout"] == 5.0


def test_the_folder_of_recordings_may_come_from_each_place(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command().options["record_dir"] is None
    command.file.write_text("record_dir = '~/calls'", encoding="utf-8")
    assert command().options["record_dir"] == Path.home() / "calls"
    monkeypatch.setenv("AICALL_RECORD_DIR", "said")
    assert command().options["record_dir"] == Path("said")
    assert command("--record-dir", "mine").options["record_dir"] == Path("mine")


def test_a_voice_of_every_call_is_not_sent_to_who_has_none(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("--agent-id", "echo").options["voice"] is None
    assert command("--agent-id", "mine").options["voice"] == "de"
    assert command("--agent-id", "echo", "--voice", "en").options["voice"] == "en"
    command.file.write_text("voice = 'de'", encoding="utf-8")
    monkeypatch.setattr(call_settings, "likely_agent", lambda: "echo")
    assert command().options["voice"] is None
    monkeypatch.setattr(call_settings, "likely_agent", lambda: "assistant")
    assert command().options["voice"] == "de"


def test_a_token_is_for_the_server_beside_it(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("--server", "wss://other.example").token is None
    assert command("--server", "wss://other.example", "--token", "it").token == Secret("it")
    monkeypatch.setenv("AICALL_TOKEN", "said")
    assert command().token == Secret("said")
    assert command("--token", "it").token == Secret("it")
    assert command("--server", "").token is None


def test_the_agents_servers_get_their_keys_and_nobody_elses(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command().keys == {"AICALL_CHAT_KEY": "of-chat"}
    other = command("--chat-url", "https://other.example/v1", "--asr-url", "https://asr.example")
    assert other.keys == {"AICALL_CHAT_KEY": "", "AICALL_ASR_KEY": ""}
    monkeypatch.setenv("AICALL_ASR_KEY", "of-asr")
    assert command("--asr-url", "https://asr.example").keys["AICALL_ASR_KEY"] == "of-asr"


def test_a_file_that_cannot_be_used_is_told(command: Command) -> None:
    command.file.write_text("voice = \n", encoding="utf-8")
    with pytest.raises(UsageError, match="not TOML in line 1"):
        command()


def test_a_value_that_the_option_refuses_is_told(command: Command) -> None:
    command.file.write_text("media_timeout = 0.1", encoding="utf-8")
    with pytest.raises(UsageError, match=r"media_timeout must be a number of at least 0\.5"):
        command()


def test_help_shows_what_the_file_says_but_nothing_secret(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command.app(["--agent-id", "clinic", "--help"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert "no-record" in shown
    assert "7" in shown
    assert not [it for it in ("of-clinic", "of-chat", "of-turn") if it in shown]


def test_completion_reads_no_settings(command: Command) -> None:
    command.file.write_text("voice = \n", encoding="utf-8")
    completing = typer.main.get_command(command.app)
    with completing.make_context("call", [], resilient_parsing=True) as context:
        assert context.params["media_timeout"] == 5.0


OPENED = {"input_device": "USB Headset", "output_device": "Speakers"}


def test_devices_of_the_command_line_are_remembered_by_their_names(command: Command) -> None:
    command.opened = OPENED
    command("--input-device", "usb", "--output-device", "2")
    again = command()
    remembered = (again.options["input_device"], again.options["output_device"])
    assert remembered == ("USB Headset", "Speakers")
    text = command.file.read_text(encoding="utf-8")
    assert text.startswith(FILE.split("[", maxsplit=1)[0].rstrip("\n"))


def test_an_empty_name_is_the_default_again(command: Command) -> None:
    command.opened = OPENED
    command("--input-device", "usb", "--output-device", "2")
    command("--input-device", "")
    again = command()
    assert again.options["input_device"] is None
    assert again.options["output_device"] == "Speakers"


def test_a_device_that_was_never_opened_is_not_remembered(command: Command) -> None:
    command("--input-device", "usb")
    assert command.file.read_text(encoding="utf-8") == FILE


def test_a_device_whose_name_is_no_line_is_not_remembered(command: Command) -> None:
    command.opened = {"input_device": "two\nlines"}
    assert command("--input-device", "two").complaint.endswith(
        "the devices are not remembered: must be a text\n"
    )
    assert command.file.read_text(encoding="utf-8") == FILE


def test_devices_of_a_variable_are_not_remembered(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.opened = OPENED
    monkeypatch.setenv("AICALL_INPUT_DEVICE", "USB")
    assert command().options["input_device"] == "USB"
    assert command.file.read_text(encoding="utf-8") == FILE


def test_a_file_that_cannot_be_written_is_a_warning(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    command.opened = OPENED
    monkeypatch.setattr("aicall_cli.control.settings_edit.write_private_file", refuse)
    called = command("--input-device", "USB")
    assert called.options["input_device"] == "USB"
    assert "warning: the devices are not remembered: the settings " in called.complaint
    assert called.complaint.endswith("cannot be written (Permission denied)\n")


_COMMANDS = typer.main.get_command(app)
_SETTINGS = [
    it
    for it in SETTINGS.values()
    # The id of serve's own key goes where its secret goes, and that is no command line.
    if not it.is_secret and not it.for_agents and it.name != "serve_key_id"
]


@pytest.mark.parametrize("setting", _SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_the_default_of_an_option(setting: Setting) -> None:
    command: Any = _COMMANDS
    context = typer.Context(command)
    for word in setting.command.split():
        command = command.get_command(context, word)
    while isinstance(command, TyperGroup):  # a group's settings are of each of its commands
        command = command.get_command(context, command.list_commands(context)[0])
    parameters = {parameter.name: parameter for parameter in command.params}
    parameter = parameters[setting.parameter or setting.name]
    if setting.default is not None:
        assert parameter.default == setting.default
    if parameter.envvar is not None:
        assert parameter.envvar == setting.variable
