"""A control plane on a clock of the test's own, and an HTTP client of its routes."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.call_request import CallRequest
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.echo import configure_echo
from aicall_cli.agent.instance import Instance
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.registry import AgentBuilder, AgentKind
from aicall_cli.errors import UsageError

ADDRESS = "ws://127.0.0.1:1/v1/call"
NOW = 1_800_000_000.0


async def _refuse_voices(options: CallOptions) -> AgentBuilder:
    options.text("system_prompt", None)
    options.text("system_prompt", None)
    if voice := options.text("voice", None):
        raise UsageError(f"there is no voice {voice}", hint="take another")
    return await configure_echo(options)


REGISTRY = {
    "echo": AgentKind(configure_echo, voice_interrupt=False),
    "assistant": AgentKind(_refuse_voices, voice_interrupt=True),
}


class TestPlane(ControlPlane):
    """A control plane whose time the test says."""

    __test__ = False

    def __init__(self, max_calls: int = 16) -> None:
        self.time = NOW
        super().__init__(REGISTRY, ServeOptions(max_calls=max_calls), lambda: self.time)

    async def made(self, agent_id: str = "echo", agent_config: str = "") -> Instance:
        """Make an instance."""
        request = CallRequest(agent_id=agent_id, user_id="u1", agent_config=agent_config)
        return (await self.generate(request, ADDRESS))[0]

    async def entered(self, call: AgentCall, agent_id: str = "echo") -> Instance:
        """Make an instance that ``call`` is the call of."""
        instance = await self.made(agent_id)
        self.joined(instance, call)
        return instance


@asynccontextmanager
async def client(
    *routes: Route, base_url: str = "http://agent.example:80"
) -> AsyncIterator[httpx.AsyncClient]:
    """Talk to routes without a network."""
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url=base_url) as http:
        yield http


async def refused(work: Awaitable[object]) -> ControlError:
    """Return what an operation is refused by."""
    with pytest.raises(ControlError) as caught:
        await work
    assert 400 <= caught.value.status < 500
    return caught.value
