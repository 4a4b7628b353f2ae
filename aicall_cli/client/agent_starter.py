"""Who starts the agent of a call that nobody joins without being invited."""

from dataclasses import dataclass
from typing import Protocol

from aicall_cli.control.app_server import AgentCallRequest, AppServer
from aicall_cli.protocol.agent_info import AgentInfo


class AgentStarter(Protocol):
    """Starts one agent for one call, and says how it is joined."""

    async def start(self) -> AgentInfo:
        """Have the agent started; raise what prevents it, with nothing left running."""
        ...

    async def stop(self, agent: AgentInfo) -> None:
        """Have it stopped, however the call ended; an agent that has left is no error."""
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
