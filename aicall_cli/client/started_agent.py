"""The agent of one call that somebody starts: started, joined where its token says, and ended."""

from aicall_cli.client.agent_starter import AgentStarter
from aicall_cli.errors import ConnectError
from aicall_cli.protocol.agent_info import AgentInfo


class StartedAgent:
    """Has ``starter`` start one agent; ``info`` tells of it once it runs."""

    def __init__(self, starter: AgentStarter) -> None:
        self._starter = starter
        self.info: AgentInfo | None = None
        self.to_stop = True
        """Whether it is stopped in the end, or left running."""

    async def start(self) -> AgentInfo:
        """Have the agent started; raise what ``AgentStarter.start`` raises."""
        self.info = await self._starter.start()
        return self.info

    async def end(self) -> None:
        """Have it stopped, or leave it running; nothing happens where it was never started."""
        if self.info is not None:
            await (self._starter.stop if self.to_stop else self._starter.leave)(self.info)


def joined_at(agent: AgentInfo) -> str:
    """Return where an agent's token lets one join; raise ConnectError where we have no way."""
    server = agent.rtc_token.signaling_url
    if server is None:
        raise ConnectError(
            "the agent is on the vendor's own network, which cannot be joined from here",
            hint="call an agent of `aicall serve`, or the built-in one",
        )
    return server
