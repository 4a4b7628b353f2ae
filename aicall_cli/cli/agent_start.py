"""``--app-server`` and ``--share``: an agent that somebody else starts for the call."""

from typing import TYPE_CHECKING

import typer

from aicall_cli.cli.call_settings import on_command_line, settings_of
from aicall_cli.errors import ConnectError, UsageError

if TYPE_CHECKING:
    from aicall_cli.client.agent_starter import AgentStarter
    from aicall_cli.control.app_server import AgentCallRequest
    from aicall_cli.protocol.agent_config import AgentConfig
    from aicall_cli.protocol.share_token import ShareToken

SHARED = "shared"
"""What a shared agent is called where its token does not name it: its id is a secret."""


def called_server(context: typer.Context) -> str | None:
    """Return the ``--server`` that is joined; None where the agent is started somehow.

    Raises UsageError where two options say whom to call.
    """
    options = context.params
    server: str | None = options["server"] or None
    if server is None or not starts_agent(context):
        return server
    if on_command_line(context, "server"):
        if any(on_command_line(context, name) for name in ("app_server", "share")):
            raise UsageError(
                "--server joins an agent, and --app-server and --share have one started",
                hint="leave one of them out",
            )
        return server
    return None


def starts_agent(context: typer.Context) -> bool:
    """Whether an agent is started by somebody else."""
    return bool(context.params["app_server"] or context.params["share"])


def read_share(context: typer.Context) -> "ShareToken | None":
    """Return the agent that ``--share`` shares; raise UsageError for none, or no more."""
    text = context.params["share"]
    if not text:
        return None
    from aicall_cli.cli.token_input import read_token_argument
    from aicall_cli.clock import wall_time
    from aicall_cli.protocol.share_token import parse_share_token

    share = parse_share_token(read_token_argument(text))
    share.verify(wall_time().timestamp())
    return share


def make_starter(
    context: typer.Context, agent_id: str, share: "ShareToken | None", config: "AgentConfig"
) -> "AgentStarter":
    """Return who starts the agent; raise ConnectError where it could not be joined."""
    from aicall_cli.client.agent_starter import AppServerStarter
    from aicall_cli.control.app_server import AppServer

    url = context.params["app_server"]
    if not url:
        raise ConnectError(
            "the vendor's own server starts shared agents on a network that cannot be joined "
            "from here",
            hint="say by --app-server which other server is to start it",
        )
    server = AppServer(url, settings_of(context).secret("app_server_token", url))
    return AppServerStarter(server, _request(context, agent_id, share, config))


def _request(
    context: typer.Context, agent_id: str, share: "ShareToken | None", config: "AgentConfig"
) -> "AgentCallRequest":
    from aicall_cli.control.app_server import AgentCallRequest

    user_id: str = context.params["user_id"]
    settings = config.as_json() if config.as_plain() else None
    if share is None:
        return AgentCallRequest(agent_id=agent_id, user_id=user_id, agent_config=settings)
    return AgentCallRequest(
        agent_id=share.agent_id.reveal(),
        user_id=user_id,
        agent_config=settings,
        template_config=share.template_config,
        user_data=share.user_data,
        region=share.region,
    )
