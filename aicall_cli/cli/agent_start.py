"""``--app-server``, ``--share`` and ``--endpoint``: an agent that is started for the call."""

from typing import TYPE_CHECKING

import typer

from aicall_cli.cli.call_settings import on_command_line, settings_of
from aicall_cli.cli.cloud_host import warn_if_open
from aicall_cli.cli.environment import Environment
from aicall_cli.errors import ConnectError, UsageError

if TYPE_CHECKING:
    from aicall_cli.client.agent_starter import AgentStarter
    from aicall_cli.control.app_server import AgentCallRequest
    from aicall_cli.protocol.agent_config import AgentConfig
    from aicall_cli.protocol.call_config import CallConfig
    from aicall_cli.protocol.share_token import ShareToken

_STARTERS = ("agent_info", "app_server", "share", "region", "endpoint")
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
        if any(on_command_line(context, name) for name in _STARTERS):
            raise UsageError(
                "--server joins an agent, and the other options have one started",
                hint="leave --server out, or --app-server, --share, --region and --endpoint",
            )
        return server
    return None


def starts_agent(context: typer.Context) -> bool:
    """Whether an agent is started by somebody else, or was; an empty share token is wrong."""
    options = context.params
    return options["share"] is not None or any(options[name] for name in _STARTERS)


def read_share(context: typer.Context) -> "ShareToken | None":
    """Return the agent that ``--share`` shares; raise UsageError for none, or no more."""
    text = context.params["share"]
    if text is None:
        return None
    from aicall_cli.cli.token_input import read_token_argument
    from aicall_cli.clock import unix_time
    from aicall_cli.protocol.share_token import parse_share_token

    share = parse_share_token(read_token_argument(text))
    share.verify(unix_time())
    return share


def make_starter(
    context: typer.Context, agent_id: str, share: "ShareToken | None", config: "AgentConfig"
) -> "AgentStarter":
    """Return who starts the agent; raise ConnectError where it could not be joined."""
    url = context.params["app_server"]
    if context.params["region"] or context.params["endpoint"]:
        if share is not None or (url and on_command_line(context, "app_server")):
            raise UsageError(
                "--region and --endpoint have the agent started by the cloud's API, and "
                "--app-server by another server",
                hint="leave one of them out",
            )
        return _make_cloud_starter(context, agent_id, config)
    from aicall_cli.client.agent_starter import AppServerStarter
    from aicall_cli.control.app_server import AppServer

    if not url:
        raise ConnectError(
            "the vendor's own server starts shared agents on a network that cannot be joined "
            "from here",
            hint="say by --app-server which other server is to start it",
        )
    server = AppServer(url, settings_of(context).secret("app_server_token", url))
    return AppServerStarter(server, _request(context, agent_id, share, config))


def _make_cloud_starter(
    context: typer.Context, agent_id: str, config: "AgentConfig"
) -> "AgentStarter":
    from aicall_cli.client.cloud_starter import CloudStarter

    environment = context.ensure_object(Environment)
    wanted = _call_config(context, agent_id, config)
    starter = CloudStarter.of_user(wanted, context.params["endpoint"], environment.variables)
    warn_if_open(starter.endpoint, environment)
    return starter


def _call_config(context: typer.Context, agent_id: str, config: "AgentConfig") -> "CallConfig":
    from aicall_cli.protocol.call_config import CallConfig

    return CallConfig(
        agent_id=agent_id,
        region=context.params["region"],
        user_id=context.params["user_id"],
        agent_config=config,
    )


def _request(
    context: typer.Context, agent_id: str, share: "ShareToken | None", config: "AgentConfig"
) -> "AgentCallRequest":
    from aicall_cli.control.app_server import AgentCallRequest

    if share is None:
        return AgentCallRequest.of(_call_config(context, agent_id, config))
    return AgentCallRequest.of_share(share, context.params["user_id"], config)
