"""What ``--agent-config``, ``--set`` and the settings make of the options of a call."""

from io import StringIO
from pathlib import Path

import pytest
import typer

from aicall_cli.cli.call_setup import CallSetup, call_options
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.options import (
    AgentConfigText,
    AgentId,
    AgentOptions,
    AgentSettings,
    AppServer,
    Endpoint,
    IceServers,
    Language,
    MediaTimeout,
    Record,
    RecordDir,
    Region,
    Server,
    Share,
    Token,
    UserId,
    Voice,
)
from aicall_cli.client.options import CallOptions
from aicall_cli.errors import UsageError

SETTINGS = 'voice = "en-us"\nagent_option = ["endpointing_ms=900", "idle_timeout=60"]\n'


class Command:
    """A command with the options of a call, run in this process."""

    def __init__(self) -> None:
        self.made = CallOptions(agent_id="none")
        self.app = typer.Typer()
        self.app.command()(self._command)

    def __call__(self, *arguments: str, agent_id: str = "assistant") -> CallOptions:
        environment = Environment(stdout=StringIO(), stderr=StringIO())
        self.app([f"--agent-id={agent_id}", *arguments], standalone_mode=False, obj=environment)
        return self.made

    def _command(
        self,
        context: typer.Context,
        agent_id: AgentId = None,
        server: Server = None,
        token: Token = None,
        app_server: AppServer = None,
        share: Share = None,
        region: Region = None,
        endpoint: Endpoint = None,
        user_id: UserId = "caller",
        ice_server: IceServers = None,
        agent_option: AgentOptions = None,
        agent_config: AgentConfigText = None,
        agent_setting: AgentSettings = None,
        media_timeout: MediaTimeout = 5.0,
        voice: Voice = None,
        language: Language = None,
        record_dir: RecordDir = None,
        record: Record = True,
    ) -> None:
        environment = context.ensure_object(Environment)
        setup = CallSetup(environment, agent_id or "", "ws://x", None, None, None)
        self.made = call_options(context, setup)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    (tmp_path / "config.toml").write_text(SETTINGS)
    monkeypatch.setenv("AICALL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    return Command()


def test_without_a_configuration_the_settings_stand(command: Command) -> None:
    options = command()
    assert options.agent_config.as_plain() == {}
    assert options.agent_options == {"voice": "en-us", "endpointing_ms": 900, "idle_timeout": 60}


def test_single_settings_stand_before_the_file(command: Command) -> None:
    Path("agent.toml").write_text('Greeting = "Hi"\n[AsrConfig]\nAsrMaxSilence = 300\n')
    options = command("--agent-config=agent.toml", "--set=AsrConfig.AsrMaxSilence=500")
    assert options.agent_config.as_plain() == {
        "Greeting": "Hi",
        "AsrConfig": {"AsrMaxSilence": 500},
    }


def test_a_configuration_stands_before_the_settings(command: Command) -> None:
    options = command('--agent-config={"MaxIdleTime": 30}', "--set=TtsConfig.VoiceId=de")
    assert options.agent_options == {"endpointing_ms": 900}
    # An echo has no voice that could stand in the way of another one.
    assert "voice" not in command("--set=TtsConfig.VoiceId=de", agent_id="echo").agent_options


def test_the_agent_s_own_options_stand_before_it(command: Command) -> None:
    options = command("--set=MaxIdleTime=30", "--agent-option=idle_timeout=5", "--voice=fr")
    assert options.agent_options == {"idle_timeout": 5, "voice": "fr"}
    assert options.agent_config.max_idle_time == 30


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("--agent-config=none.toml", "there is no file none.toml"),
        ('--agent-config={"Volume": 401}', "Volume must be a whole number from 0 to 400, not 401"),
        ("--set=TtsConfig.SpeechRate=3", "TtsConfig.SpeechRate must be a number from 0.5 to 2"),
        ("--set=hunter2", "a setting has a name, = and a value"),
    ],
)
def test_what_cannot_be_used_is_told(command: Command, argument: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        command(argument)
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"
