"""Who starts the agent of a call that nobody joins without being invited."""

from dataclasses import dataclass
from typing import Protocol

from aicall_cli.control.app_server import AgentCallRequest, AppServer
from aicall_cli.protocol.agent_info import AgentInfo


class AgentStarter(Protocol):
    """Starts one agent for one call, and says how it is joined."""

    async def start(self) -> AgentInfo:
        """Have the agent started; raise what prevents it, with nothing left running.

        Nothing is left either where it is cancelled, as far as it can be stopped.
        """
        ...

    async def stop(self, agent: AgentInfo) -> None:
        """Have it stopped, however the call ended; an agent that has left is no error."""
        ...

    async def leave(self, agent: AgentInfo) -> None:
        """Leave it running, which the caller wanted; nobody is asked to stop it later either."""
        ...


@dataclass(frozen=True, slots=True)
class AppServerStarter:
    """An application server starts the agent; it leaves when its caller does."""

    server: AppServer
    request: AgentCallRequest

    async def start(self) -> AgentInfo:
        """Ask the server for the agent."""
        return await self.server.start_call(self.request)

    async def stop(self, agent: AgentInfo) -> None:
        """Do nothing: hanging up tells the agent, and the server has no other way."""

    async def leave(self, agent: AgentInfo) -> None:
        """Do nothing: it was not told to stop."""


@dataclass(frozen=True, slots=True)
class GivenAgent:
    """An agent that runs already: somebody else had it started, and handed on what it takes."""

    agent: AgentInfo

    async def start(self) -> AgentInfo:
        """Return it."""
        return self.agent

    async def stop(self, agent: AgentInfo) -> None:
        """Do nothing: hanging up tells the agent; its instance is whose who had it started."""

    async def leave(self, agent: AgentInfo) -> None:
        """Do nothing: it was not told to stop."""
