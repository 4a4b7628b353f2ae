"""The settings of a command that calls: where nobody gives an option, the file's value stands.

``--agent-id`` is read before every other option, because the agent that is called may have a
table in the file. What the file says then becomes the command's default map, which is where
an option's value is taken from when neither the command line nor a variable has it. Secrets
do not: ``--help`` shows the defaults, and a token may not go to another server than its own.
"""

from collections.abc import Mapping

import typer

from aicall_cli.agent.options import key_variable
from aicall_cli.cli.assistant_servers import PARTS, AssistantServers
from aicall_cli.cli.call_agent import ASSISTANT, likely_agent
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.report import show_warning
from aicall_cli.control.setting_name import SettingName
from aicall_cli.control.settings import Settings
from aicall_cli.control.settings_table import SETTINGS
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret

_META = "aicall_cli.settings"


def use_settings(context: typer.Context, agent_id: str | None) -> str | None:
    """Take the command's defaults from the settings; return the id of the agent to call.

    The callback of ``--agent-id``. A named agent's own id is what its table says, or its name.
    Raises UsageError for a file that cannot be used.
    """
    if context.resilient_parsing:  # while the shell completes
        return agent_id
    settings = Settings.read(context.ensure_object(Environment).variables)
    chosen = settings.resolve("agent_id", agent_id).value
    assert chosen is None or isinstance(chosen, str)
    settings = settings.for_agent(chosen)
    context.meta[_META] = settings
    called = settings.called_id(chosen)
    parameters = [parameter.name or "" for parameter in context.command.params]
    assistant = (called or likely_agent()) == ASSISTANT
    context.default_map = settings.defaults(parameters, assistant=assistant)
    return called


def settings_of(context: typer.Context) -> Settings:
    """Return the settings of the agent that the command calls."""
    settings: Settings = context.meta[_META]
    return settings


def token_for(context: typer.Context, token: str | None, server: str | None) -> Secret | None:
    """Return the token for ``server``: the option's, or what the settings have for it."""
    if token and on_command_line(context, "token"):
        return Secret(token)
    return settings_of(context).secret("token", server) if server else None


def assistant_keys(context: typer.Context, servers: AssistantServers) -> Mapping[str, str]:
    """Return the variables that tell the built-in agent the key of each of its servers.

    A server without a key gets an empty one, whatever variable is set for another server.
    """
    keys: dict[str, str] = {}
    for part in PARTS:
        url = servers.url(part)
        if url is not None:
            key = settings_of(context).secret(f"{part}_key", url)
            keys[key_variable(part)] = key.reveal() if key else ""
    return keys


def remember_devices(context: typer.Context, used: Mapping[str, str]) -> None:
    """Make the devices that the command line names the ones that are used from now on.

    ``used`` has, under ``input_device`` and ``output_device``, the system's name of what was
    opened: an index holds only until something is plugged in, and what was never opened is
    not worth remembering. An empty name on the command line is the system's default again. A
    file that cannot be written is a warning.
    """
    from aicall_cli.control.settings_store import forget, store

    path = settings_of(context).path
    for name in ("input_device", "output_device"):
        if not on_command_line(context, name):
            continue
        try:
            if not context.params[name]:
                forget(path, (name,))
            elif name in used:
                store(path, SettingName(name), SETTINGS[name].kind.parse(used[name]))
        except (UsageError, ValueError) as error:
            show_warning(
                f"the devices are not remembered: {error}", context.ensure_object(Environment)
            )


def on_command_line(context: typer.Context, parameter: str) -> bool:
    """Whether ``parameter`` was given for this very call, not by a variable or the file.

    A device that is only remembered may be missing today; one that was asked for may not.
    """
    source = context.get_parameter_source(parameter)
    return source is not None and source.name == "COMMANDLINE"
