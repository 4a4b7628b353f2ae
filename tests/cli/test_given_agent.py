"""What ``--agent-info`` reads, and what makes no sense beside it."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import typer

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.given_agent import read_given_agent
from aicall_cli.cli.options import (
    AgentConfigText,
    AgentId,
    AgentInfoFile,
    AppServer,
    Server,
    UserId,
)
from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_info import AgentInfo
from tests.protocol.tokens import made

TOKEN = replace(made(), gslb=("ws://127.0.0.1:1/v1/call",)).encode()
FIELDS = {
    "ai_agent_instance_id": "instance",
    "channel_id": "room_1",
    "ai_agent_user_id": "agent",
    "rtc_auth_token": TOKEN.reveal(),
    "request_id": "request",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AICALL_CONFIG", str(tmp_path / "none.toml"))
    return tmp_path


def read(*arguments: str) -> AgentInfo | None:
    """Return what a command with these arguments reads."""
    found: list[AgentInfo | None] = []
    app = typer.Typer()

    @app.command()
    def command(
        context: typer.Context,
        agent_id: AgentId = None,
        agent_info: AgentInfoFile = None,
        server: Server = None,
        app_server: AppServer = None,
        user_id: UserId = "caller",
        agent_config: AgentConfigText = None,
    ) -> None:
        found.append(read_given_agent(context))

    app(list(arguments), standalone_mode=False, obj=Environment(StringIO(), StringIO()))
    return found[0]


def written(folder: Path, text: str) -> str:
    path = folder / "info.json"
    path.write_text(text)
    return f"--agent-info={path}"


def test_without_it_there_is_none(folder: Path) -> None:
    assert read() is None


def test_what_a_server_answered_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICALL_APP_SERVER", "http://app.example")  # is for other calls
    given = read(written(folder, json.dumps({"code": 200, **FIELDS})), "--agent-id=desk")
    assert given == AgentInfo("instance", "room_1", "agent", TOKEN, "request")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rubbish", "the agent info is no JSON object"),
        ("[]", "the agent info is no JSON object"),
        ("[" * 100_000, "the agent info is no JSON object"),
        ("{}", "agent info: the agent's instance is missing"),
        (json.dumps({**FIELDS, "rtc_auth_token": "rubbish"}), "agent info: "),
    ],
    ids=range(5),
)
def test_what_is_no_agent_info_is_told_with_what_to_give(
    folder: Path, text: str, says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(written(folder, text))
    assert says in caught.value.message
    assert caught.value.hint is not None
    assert "generateAIAgentCall" in caught.value.hint


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        read(f"--agent-info={folder / 'nothing'}")


@pytest.mark.parametrize(
    "other",
    [
        "--server=ws://x.example",
        "--app-server=http://x.example",
        "--user-id=me",
    ],
)
def test_what_the_agent_info_says_is_not_said_again(folder: Path, other: str) -> None:
    with pytest.raises(UsageError, match=f"and {other.partition('=')[0]} too"):
        read(written(folder, json.dumps(FIELDS)), other)


def test_the_settings_of_an_agent_that_runs_are_not_said_any_more(folder: Path) -> None:
    with pytest.raises(UsageError, match="has its settings already, and --agent-config") as caught:
        read(written(folder, json.dumps(FIELDS)), "--agent-config={}")
    assert caught.value.hint == "leave --agent-config out, or give it to who starts the agent"
