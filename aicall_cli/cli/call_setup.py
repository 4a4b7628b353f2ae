"""What ``push-file`` and ``call`` make of the options that they share (``cli.options``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from aicall_cli.cli.agent_start import (
    SHARED,
    called_server,
    make_starter,
    read_share,
    starts_agent,
)
from aicall_cli.cli.assistant_servers import AssistantServers
from aicall_cli.cli.call_agent import (
    choose_recordings,
    default_agent,
    read_agent_options,
    refuse_assistant_options,
    start_agent,
)
from aicall_cli.cli.call_settings import assistant_keys, on_command_line, token_for
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.given_agent import read_given_agent
from aicall_cli.cli.log import set_up_log

if TYPE_CHECKING:
    from aicall_cli.client.agent_process import AgentProcess
    from aicall_cli.client.agent_starter import AgentStarter
    from aicall_cli.client.options import CallOptions
    from aicall_cli.protocol.agent_config import AgentConfig
    from aicall_cli.protocol.agent_info import AgentInfo
    from aicall_cli.protocol.share_token import ShareToken
    from aicall_cli.protocol.signaling import Option


@dataclass(frozen=True, slots=True)
class CallSetup:
    """Whom to call, and the built-in agent where that is who answers."""

    environment: Environment
    agent_id: str
    server: str | None
    share: "ShareToken | None"
    given: "AgentInfo | None"
    agent: "AgentProcess | None"
    """Starting already: it imports its half while this process imports its own."""

    @property
    def joined(self) -> str | None:
        """Where an agent is joined that runs already; None of one that is to be started."""
        return self.server if self.given is None else self.given.rtc_token.signaling_url


def begin_setup(context: typer.Context) -> CallSetup:
    """Set up the log, choose the agent and start it where there is no server."""
    options = context.params
    environment = context.ensure_object(Environment)
    environment.debug = options["debug"]
    set_up_log(environment, options["log_file"], options["log_level"])
    servers = AssistantServers.of(context)
    given = read_given_agent(context)
    share = read_share(context)
    if given is not None:
        agent_id = options["agent_id"] or given.instance_id
    elif share is not None:
        agent_id = share.name or SHARED
    else:
        agent_id = options["agent_id"] or default_agent(environment)
    server = called_server(context)
    agent = None
    if server is None and not starts_agent(context):
        keys = assistant_keys(context, servers)
        agent = start_agent(agent_id, options["log_file"], options["log_level"], servers, keys)
    else:
        refuse_assistant_options(context)
    return CallSetup(environment, agent_id, server, share, given, agent)


def call_options(context: typer.Context, setup: CallSetup) -> "CallOptions":
    """Return what the call needs to know; raise UsageError for an option that makes no sense."""
    from aicall_cli.client.agent_starter import GivenAgent
    from aicall_cli.client.options import CallOptions
    from aicall_cli.protocol.ice_server import parse_ice_server

    options = context.params
    agent_config = _agent_config(options["agent_config"], options["agent_setting"] or ())
    starter: AgentStarter | None = None
    if setup.given is not None:
        starter = GivenAgent(setup.given)
    elif setup.server is None and starts_agent(context):
        starter = make_starter(context, setup.agent_id, setup.share, agent_config)
    return CallOptions(
        agent_id=setup.agent_id,
        server=setup.server,
        starter=starter,
        token=token_for(context, options["token"], setup.server),
        user_id=options["user_id"],
        agent_options=_agent_options(context, agent_config, setup.agent_id),
        agent_config=agent_config,
        media_timeout=options["media_timeout"],
        ice_servers=tuple(parse_ice_server(text) for text in options["ice_server"] or ()),
        recordings=choose_recordings(options["record_dir"], setup.environment),
        record_from_start=options["record"],
    )


def _agent_config(given: str | None, settings: Sequence[str]) -> "AgentConfig":
    """Return what ``--agent-config`` says, and ``--set`` over it; raise UsageError."""
    from aicall_cli.control.agent_config_file import read_agent_config
    from aicall_cli.protocol.agent_config import AgentConfig
    from aicall_cli.protocol.dotted_setting import apply_settings

    return apply_settings(read_agent_config(given) if given else AgentConfig(), settings)


def _agent_options(
    context: typer.Context, config: "AgentConfig", agent_id: str
) -> "dict[str, Option]":
    """Return the agent's own options, of the command line and of the settings.

    Settings hold for every call, ``config`` for this one: where it says something, they do not.
    """
    from aicall_cli.backends.builtin_agent_config import builtin_settings

    names = ("agent_option", "voice", "language")
    given = {name: context.params[name] for name in names}
    typed = {name: it if on_command_line(context, name) else None for name, it in given.items()}
    configured = builtin_settings(config, agent_id).options
    kept = {name: it for name, it in _read(given).items() if name not in configured}
    return kept | _read(typed)


def _read(given: Mapping[str, Any]) -> "dict[str, Option]":
    return read_agent_options(given["agent_option"] or (), given["voice"], given["language"])
