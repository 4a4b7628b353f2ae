"""What ``push-file`` and ``call`` make of the options that they share (``cli.options``)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from aicall_cli.cli.assistant_servers import AssistantServers
from aicall_cli.cli.call_agent import (
    choose_recordings,
    default_agent,
    read_agent_options,
    refuse_assistant_options,
    start_agent,
)
from aicall_cli.cli.call_settings import assistant_keys, token_for
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.log import set_up_log

if TYPE_CHECKING:
    from aicall_cli.client.agent_process import AgentProcess
    from aicall_cli.client.options import CallOptions


@dataclass(frozen=True, slots=True)
class CallSetup:
    """Whom to call, and the built-in agent where that is who answers."""

    environment: Environment
    agent_id: str
    server: str | None
    agent: "AgentProcess | None"
    """Starting already: it imports its half while this process imports its own."""


def begin_setup(context: typer.Context) -> CallSetup:
    """Set up the log, choose the agent and start it where there is no server."""
    options = context.params
    environment = context.ensure_object(Environment)
    environment.debug = options["debug"]
    set_up_log(environment, options["log_file"], options["log_level"])
    servers = AssistantServers.of(context)
    agent_id = options["agent_id"] or default_agent(environment)
    server = options["server"] or None
    agent = None
    if server is None:
        keys = assistant_keys(context, servers)
        agent = start_agent(agent_id, options["log_file"], options["log_level"], servers, keys)
    else:
        refuse_assistant_options(context)
    return CallSetup(environment, agent_id, server, agent)


def call_options(context: typer.Context, setup: CallSetup) -> "CallOptions":
    """Return what the call needs to know; raise UsageError for an option that makes no sense."""
    from aicall_cli.client.options import CallOptions
    from aicall_cli.protocol.ice_server import parse_ice_server

    options = context.params
    return CallOptions(
        agent_id=setup.agent_id,
        server=setup.server,
        token=token_for(context, options["token"], setup.server),
        user_id=options["user_id"],
        agent_options=read_agent_options(
            options["agent_option"] or (), options["voice"], options["language"]
        ),
        media_timeout=options["media_timeout"],
        ice_servers=tuple(parse_ice_server(text) for text in options["ice_server"] or ()),
        recordings=choose_recordings(options["record_dir"], setup.environment),
        record_from_start=options["record"],
    )
