"""The agents that a server offers, by name."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aicall_cli.agent.base import Agent, Conversation
from aicall_cli.agent.call_options import CallOptions

AgentBuilder: TypeAlias = Callable[[Conversation], Agent]
"""Makes the agent of one call."""


@dataclass(frozen=True, slots=True)
class AgentKind:
    """One agent that can be called."""

    configure: Callable[[CallOptions], Awaitable[AgentBuilder]]
    """Takes the agent's own options; raises UsageError on a bad one."""
    voice_interrupt: bool
    """Whether the caller's voice stops the agent's unless the caller says otherwise."""


Registry: TypeAlias = Mapping[str, AgentKind]
