import asyncio
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest

from aicall_cli import Call, CallOptions
from aicall_cli.client import call as call_module
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.errors import (
    AicallError,
    ConnectError,
)
from aicall_cli.secret import Secret
from tests.client.calls import folders
from tests.support.fake_backend import FakeBackend, virtual_clock


class FakeAgentProcess:
    """A built-in agent that is there at once, or not at all."""

    def __init__(self, error: AicallError | None = None, seconds: float = 0.0) -> None:
        self.token = Secret("the token")
        self._seconds = seconds
        self.stopped = 0
        self._error = error

    async def ready(self) -> str:
        await asyncio.sleep(self._seconds)
        if self._error is not None:
            raise self._error
        return "ws://127.0.0.1:4711/v1/call"

    async def stop(self) -> None:
        self.stopped += 1


async def test_the_built_in_agent_is_stopped_with_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = FakeBackend()
    asked: list[Any] = []

    def make(options: Any, *_: Any) -> FakeBackend:
        asked.append(options)
        return backend

    monkeypatch.setattr(call_module, "BuiltinBackend", make)
    agent = FakeAgentProcess()
    options = CallOptions(agent_id="echo", user_id="me", connect_timeout=3, media_timeout=4)
    async with Call(options, agent=cast(AgentProcess, agent), clock=virtual_clock):
        while_it_lasts = agent.stopped
    assert (while_it_lasts, agent.stopped) == (0, 1)
    (wanted,) = asked
    assert wanted.server == "ws://127.0.0.1:4711/v1/call"
    assert wanted.token.reveal() == "the token"
    assert (wanted.agent_id, wanted.user_id) == ("echo", "me")
    assert (wanted.connect_timeout, wanted.media_timeout) == (3, 4)


async def test_a_built_in_agent_that_does_not_start(tmp_path: Path) -> None:
    agent = FakeAgentProcess(ConnectError("it did not start"))
    options = CallOptions(agent_id="echo", recordings=tmp_path)
    call = Call(options, agent=cast(AgentProcess, agent), clock=virtual_clock)
    with pytest.raises(ConnectError, match="did not start"):
        async with call:
            pytest.fail("there is no call")
    assert agent.stopped == 1
    assert folders(tmp_path) == []


async def test_hanging_up_while_the_agent_starts_ends_the_call(tmp_path: Path) -> None:
    agent = FakeAgentProcess(seconds=30.0)
    options = CallOptions(agent_id="echo", recordings=tmp_path)
    call = Call(options, agent=cast(AgentProcess, agent), clock=virtual_clock)
    began = virtual_clock()
    asyncio.get_running_loop().call_later(1.0, call.controls.hang_up)
    with pytest.raises(ConnectError, match="hung up before"):
        async with call:
            pytest.fail("there is no call")
    assert virtual_clock() - began == pytest.approx(1.0)
    assert call.error is None
    assert agent.stopped == 1
    assert folders(tmp_path) == []


@pytest.mark.real_time
async def test_without_a_server_the_agent_is_started_outside_of_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agent = FakeAgentProcess(ConnectError("it did not start"))

    def spawn() -> AgentProcess:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        subprocess.run(["true"], check=True)
        return cast(AgentProcess, agent)

    monkeypatch.setattr(AgentProcess, "spawn", spawn)
    monkeypatch.setattr(AgentProcess, "stop", FakeAgentProcess.stop)
    with pytest.raises(ConnectError, match="did not start"):
        async with Call(CallOptions(agent_id="echo")):
            pytest.fail("there is no call")
    assert agent.stopped == 1
