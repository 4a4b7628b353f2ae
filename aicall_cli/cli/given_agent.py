"""``--agent-info``: an agent that runs already, for whom somebody else was given what it takes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from aicall_cli.cli.call_settings import on_command_line
from aicall_cli.control.text_file import read_text
from aicall_cli.errors import RemoteProtocolError, UsageError

if TYPE_CHECKING:
    from aicall_cli.protocol.agent_info import AgentInfo

_HINT: Final = "give a file of what generateAIAgentCall answered, one JSON object"
_SAID_BY_IT: Final = (
    "server",
    "token",
    "app_server",
    "share",
    "region",
    "endpoint",
    "user_id",
)
"""Options of other ways to an agent."""
_OF_START: Final = ("agent_config", "agent_setting")
"""Options for who starts one."""


def read_given_agent(context: typer.Context) -> "AgentInfo | None":
    """Return the agent that ``--agent-info`` says runs; None without it. Raise UsageError."""
    source: str | None = context.params["agent_info"]
    if source is None:
        return None
    for parameter in context.command.params:
        name, option = parameter.name or "", parameter.opts[0]
        if name in _SAID_BY_IT and on_command_line(context, name):
            raise UsageError(
                f"--agent-info says whom to call and as whom, and {option} too",
                hint="leave one of them out",
            )
        if name in _OF_START and on_command_line(context, name):
            raise UsageError(
                f"the agent of --agent-info has its settings already, and {option} would change "
                "them",
                hint=f"leave {option} out, or give it to who starts the agent",
            )
    path = Path(source).expanduser()
    try:
        return _parse(read_text(path, f"the contents of {path}"))
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint=_HINT) from None


def _parse(text: str) -> "AgentInfo":
    from aicall_cli.protocol.agent_info import AgentInfo

    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, Mapping):
        raise UsageError("the agent info is no JSON object", hint=_HINT)
    try:
        info = AgentInfo.from_plain(fields)
        info.rtc_token  # noqa: B018 - a token that cannot be read is told before the call
    except RemoteProtocolError as error:
        raise UsageError(error.message, hint=_HINT) from error
    return info
