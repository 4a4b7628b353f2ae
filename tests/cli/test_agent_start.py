"""What ``--app-server`` and ``--share`` make of a call."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer

from aicall_cli.cli.agent_start import called_server, make_starter, read_share, starts_agent
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.options import (
    AgentId,
    AgentInfoFile,
    AppServer,
    Endpoint,
    Region,
    Server,
    Share,
    UserId,
)
from aicall_cli.client.agent_starter import AgentStarter, AppServerStarter
from aicall_cli.client.cloud_starter import CloudStarter
from aicall_cli.control import app_server as app_server_module
from aicall_cli.control.app_server import AgentCallRequest
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.errors import ConnectError, UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.secret import Secret
from tests.protocol.tokens import NOW, SHARE, share_text

URL = "http://app.example"
SETTINGS = f"""
[agents.clinic]
agent_id = "front-desk"
app_server = "{URL}"
app_server_token = "of-clinic"
[agents.here]
server = "ws://here.example"
"""


class Command:
    """A command with the options that say whom to call, run in this process."""

    def __init__(self) -> None:
        self.server: str | None = None
        self.starter: AgentStarter | None = None
        self.told = ""
        self.config = AgentConfig()
        self.app = typer.Typer()
        self.app.command()(self._command)

    def __call__(self, *arguments: str) -> Any:
        told = StringIO()
        environment = Environment(stdout=StringIO(), stderr=told)
        self.app(list(arguments), standalone_mode=False, obj=environment)
        self.told = told.getvalue()
        return self.starter

    def _command(
        self,
        context: typer.Context,
        agent_id: AgentId = None,
        server: Server = None,
        app_server: AppServer = None,
        share: Share = None,
        agent_info: AgentInfoFile = None,
        region: Region = None,
        endpoint: Endpoint = None,
        user_id: UserId = "caller",
    ) -> None:
        self.server = called_server(context)
        self.starter = None
        if self.server is None and starts_agent(context):
            shared = read_share(context)
            self.starter = make_starter(context, agent_id or "assistant", shared, self.config)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    (tmp_path / "config.toml").write_text(SETTINGS)
    monkeypatch.setenv("AICALL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setattr("aicall_cli.clock.wall_time", lambda: datetime.fromtimestamp(NOW, UTC))
    return Command()


def test_without_any_of_them_nobody_starts_an_agent(command: Command) -> None:
    assert command() is None
    assert command.server is None


def test_an_application_server_is_asked_for_the_agent(command: Command) -> None:
    command.config = AgentConfig(greeting="Hi")
    starter = command(f"--app-server={URL}", "--agent-id=desk", "--user-id=me")
    assert isinstance(starter, AppServerStarter)
    assert starter.server == app_server_module.AppServer(URL)
    assert starter.request == AgentCallRequest(
        agent_id="desk", user_id="me", agent_config='{"Greeting":"Hi"}'
    )


def test_a_named_agent_brings_its_application_server_and_its_token(command: Command) -> None:
    starter = command("--agent-id=clinic")
    assert starter.server.token == Secret("of-clinic")
    assert starter.request.agent_id == "front-desk"
    # The token goes to its own server, and to no other.
    assert command("--agent-id=clinic", "--app-server=http://other.example").server.token is None


def test_a_variable_has_the_token(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICALL_APP_SERVER", URL)
    monkeypatch.setenv("AICALL_APP_SERVER_TOKEN", "of-mine")
    assert command().server.token == Secret("of-mine")


def test_what_the_command_line_says_stands_before_the_settings(command: Command) -> None:
    assert command("--agent-id=clinic", "--server=ws://x.example") is None
    assert command.server == "ws://x.example"
    assert command("--agent-id=here", f"--app-server={URL}").server.url == URL


def test_two_that_say_whom_to_call_are_one_too_many(command: Command) -> None:
    with pytest.raises(UsageError, match="--server joins an agent"):
        command("--server=ws://x.example", f"--app-server={URL}")


def test_an_empty_share_token_is_not_none(command: Command) -> None:
    with pytest.raises(UsageError, match="share token: empty"):
        command("--share=")


def test_a_shared_agent_is_started_with_what_its_token_says(command: Command) -> None:
    starter = command(f"--app-server={URL}", f"--share={share_text()}")
    assert starter.request == AgentCallRequest(
        agent_id=SHARE["TemporaryAIAgentId"],
        shared=True,
        user_id="caller",
        template_config=SHARE["TemplateConfig"],
        user_data=SHARE["UserData"],
        region=SHARE["Region"],
    )
    assert SHARE["TemporaryAIAgentId"] not in repr(replace(starter))


def test_the_clouds_api_is_asked_for_the_agent(command: Command) -> None:
    command.config = AgentConfig(greeting="Hi")
    starter = command("--endpoint=http://127.0.0.1:8765", "--agent-id=desk", "--user-id=me")
    assert isinstance(starter, CloudStarter)
    assert starter.endpoint == CloudEndpoint.of(None, "http://127.0.0.1:8765")
    assert starter._wanted == {
        "AIAgentId": "desk",
        "UserId": "me",
        "Expire": 86_400,
        "AgentConfig": '{"Greeting":"Hi"}',
    }


def test_an_api_over_plain_http_is_warned_about(command: Command) -> None:
    command("--endpoint=http://api.example")
    assert "can be read on its way" in command.told


@pytest.mark.parametrize(
    "arguments",
    [("--region=cn-shanghai",), ("--endpoint=https://ice.cn-beijing.aliyuncs.com",)],
)
def test_agents_of_the_vendors_network_are_not_started(
    command: Command, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(ConnectError, match="none was started"):
        command(*arguments)


def test_an_api_and_an_application_server_are_one_too_many(command: Command) -> None:
    with pytest.raises(UsageError, match="by another server"):
        command("--endpoint=http://127.0.0.1:8765", f"--app-server={URL}")
    with pytest.raises(UsageError, match="by another server"):
        command("--endpoint=http://127.0.0.1:8765", f"--share={share_text()}")


def test_the_vendors_own_network_cannot_be_joined_and_nothing_is_started(command: Command) -> None:
    with pytest.raises(ConnectError, match="cannot be joined"):
        command(f"--share={share_text()}")


@pytest.mark.parametrize(
    ("token", "says"),
    [("rubbish", "share token"), (share_text(ExpireTime="2026-01-01 00:00:00"), "expired")],
)
def test_a_share_token_must_be_one_and_not_be_over(command: Command, token: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        command(f"--app-server={URL}", f"--share={token}")
