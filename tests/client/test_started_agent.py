"""A call whose agent somebody else starts."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aicall_cli.client import call as call_module
from aicall_cli.client.agent_starter import GivenAgent
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.engine.commands import StopAgent
from aicall_cli.errors import ConnectError
from aicall_cli.protocol.agent_info import AgentInfo
from tests.protocol.tokens import made
from tests.support.fake_backend import FakeBackend, virtual_clock


def folders(parent: Path) -> list[Path]:
    return list(parent.iterdir())


class FakeStarter:
    """Starts an agent after a while, or not at all."""

    def __init__(self, agent: AgentInfo, seconds: float = 0.0) -> None:
        self.started = 0
        self.stopped: list[AgentInfo] = []
        self.left: list[AgentInfo] = []
        self._agent = agent
        self._seconds = seconds

    async def start(self) -> AgentInfo:
        self.started += 1
        await asyncio.sleep(self._seconds)
        return self._agent

    async def stop(self, agent: AgentInfo) -> None:
        self.stopped.append(agent)

    async def leave(self, agent: AgentInfo) -> None:
        self.left.append(agent)


def started_agent(*gslb: str) -> AgentInfo:
    token = replace(made(), gslb=gslb).encode()
    return AgentInfo("instance", "room_1", "agent", token, "request")


async def test_an_agent_that_was_started_is_joined_by_its_token_and_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    backend = FakeBackend()

    def make(options: Any, *_: Any) -> FakeBackend:
        asked.append(options)
        return backend

    monkeypatch.setattr(call_module, "BuiltinBackend", make)
    agent = started_agent("https://gslb.example", "ws://127.0.0.1:4711/v1/call")
    starter = FakeStarter(agent)
    async with Call(CallOptions(agent_id="desk", starter=starter), clock=virtual_clock) as call:
        assert call.was_connected
        assert not starter.stopped
    assert starter.stopped == [agent]
    (wanted,) = asked
    assert wanted.server == "ws://127.0.0.1:4711/v1/call"
    assert wanted.token == agent.token
    assert wanted.user_id == "alice", "who the token is for"
    assert wanted.agent_id == "", "the token is one agent's"


async def test_an_agent_is_left_running_by_who_hangs_up_without_stopping_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = FakeBackend()
    monkeypatch.setattr(call_module, "BuiltinBackend", lambda *_: backend)
    agent = started_agent("ws://127.0.0.1:4711")
    starter = FakeStarter(agent)
    async with Call(CallOptions(agent_id="desk", starter=starter), clock=virtual_clock) as call:
        assert (call.agent_info, call.user_id) == (agent, "alice")
        call.hang_up(stop_agent=False)
        call.hang_up()  # it is over: nothing happens
    assert (starter.left, starter.stopped, backend.commands) == ([agent], [], [])
    assert backend.stopped_agent is False, "it may wait for its caller"


async def test_an_agent_that_runs_already_is_joined_and_nobody_stops_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = FakeBackend()
    monkeypatch.setattr(call_module, "BuiltinBackend", lambda *_: backend)
    agent = started_agent("ws://127.0.0.1:4711")
    for stop_agent in (True, False):
        starter = GivenAgent(agent)
        async with Call(CallOptions(agent_id="", starter=starter), clock=virtual_clock) as call:
            assert call.agent_info == agent
            call.hang_up(stop_agent=stop_agent)
    assert backend.commands == [StopAgent()]


async def test_an_agent_on_another_network_is_stopped_and_no_call_made(tmp_path: Path) -> None:
    starter = FakeStarter(started_agent("https://gslb.example"))
    options = CallOptions(agent_id="desk", starter=starter, recordings=tmp_path)
    with pytest.raises(ConnectError, match="vendor's own network"):
        async with Call(options, clock=virtual_clock):
            pytest.fail("there is no call")
    assert len(starter.stopped) == 1
    assert folders(tmp_path) == []


async def test_an_agent_that_is_being_started_is_not_waited_for_by_who_hangs_up() -> None:
    starter = FakeStarter(started_agent("ws://127.0.0.1:4711"), seconds=5.0)
    call = Call(CallOptions(agent_id="desk", starter=starter), clock=virtual_clock)
    began = virtual_clock()
    asyncio.get_running_loop().call_later(1.0, call.hang_up)
    with pytest.raises(ConnectError, match="hung up before"):
        async with call:
            pytest.fail("there is no call")
    assert virtual_clock() - began == pytest.approx(1.0)
    assert starter.stopped == []


async def test_no_agent_is_started_for_a_call_that_was_hung_up_before() -> None:
    starter = FakeStarter(started_agent("ws://127.0.0.1:4711"))
    call = Call(CallOptions(agent_id="desk", starter=starter), clock=virtual_clock)
    call.hang_up(stop_agent=False)
    with pytest.raises(ConnectError, match="hung up before"):
        async with call:
            pytest.fail("there is no call")
    assert (starter.started, starter.stopped, starter.left) == (0, [], [])
