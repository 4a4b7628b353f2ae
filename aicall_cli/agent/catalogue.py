"""Which agents a server offers."""

from aicall_cli.agent.echo import configure_echo
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.registry import AgentKind, Registry
from aicall_cli.errors import UnknownAgentError

ECHO = "echo"


def build_registry(options: ServeOptions) -> Registry:
    """Return the agents of ``options.agents``; raise UsageError when one is not to be had."""
    return {name: _find(name) for name in options.agents or (ECHO,)}


def _find(name: str) -> AgentKind:
    if name == ECHO:
        return AgentKind(configure_echo, voice_interrupt=False)
    raise UnknownAgentError(f"there is no agent {name!r}", hint="there is: echo")
