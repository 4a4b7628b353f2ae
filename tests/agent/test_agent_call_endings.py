import asyncio

import pytest

from aicall_cli.agent.agent_call import LEAVE_GRACE_SECONDS, AgentCall
from aicall_cli.agent.call_ending import Ending
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.engine.commands import (
    QueryAgentState,
    SendText,
    StopAgent,
)
from aicall_cli.engine.enums import AgentState, LeaveReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentStateChanged,
    AgentWillLeave,
)
from aicall_cli.errors import RemoteProtocolError
from tests.agent.fake_peer import FakePeer, running_call
from tests.agent.talker import Talker, spoken_part

LISTENING = AgentStateChanged(AgentState.LISTENING)
THINKING = AgentStateChanged(AgentState.THINKING)
SPEAKING = AgentStateChanged(AgentState.SPEAKING)

NO_INTERRUPTION = TurnSettings(voice_interrupt=False)


class Faulty(EchoAgent):
    """Has a fault that shows when the caller types."""

    def text_received(self, sentence_id: int, text: str) -> None:
        raise ZeroDivisionError(text)


async def test_the_caller_may_hang_up_by_a_command() -> None:
    async with running_call(EchoAgent) as running:
        running.peer.command(StopAgent())
        await asyncio.sleep(0.1)
        assert running.reason == "the caller hung up"


async def test_a_lost_connection_ends_the_call_and_what_follows_is_nothing() -> None:
    async with running_call(EchoAgent) as running:
        running.peer.handlers.on_closed("the media connection failed")
        running.peer.command(QueryAgentState())
        assert running.peer.events == [LISTENING]
    assert running.reason == "the media connection failed"
    assert running.peer.closed


async def test_nobody_leaves_a_call_that_is_over() -> None:
    async with running_call(EchoAgent) as running:
        running.call.end("the caller left")
        running.call.leave(LeaveReason.TAKEOVER_ENDED, "the person left")
        running.call.fail(4005, "the recogniser broke")
        assert running.peer.events == [LISTENING]
    assert running.reason == "the caller left"


async def test_without_media_the_call_ends() -> None:
    timeouts = TurnSettings(online_timeout=30.0, offline_timeout=5.0)
    async with running_call(EchoAgent, timeouts) as running:
        await asyncio.sleep(29.9)
        before = running.reason
        await asyncio.sleep(0.2)
        assert (before, running.reason) == (None, "no media came for 30 s")
    async with running_call(EchoAgent, timeouts) as running:
        await running.peer.be_silent(40)
        await asyncio.sleep(4.9)
        before = running.reason
        await asyncio.sleep(0.2)
        assert (before, running.reason) == (None, "no media came for 5 s")


async def test_an_agent_that_is_stopped_finishes_its_sentence_where_that_is_wanted() -> None:
    settings = TurnSettings(graceful_shutdown=True)
    async with running_call(Talker, settings) as running:  # its sentence is ten seconds long
        await asyncio.sleep(2.0)
        running.call.leave(LeaveReason.OTHER, "stopped")
        await asyncio.sleep(7.5)
        assert running.peer.events[-1] == SPEAKING
        await asyncio.sleep(0.6)
        assert running.peer.events[-2:] == [LISTENING, AgentWillLeave(0, "stopped")]
        assert len(spoken_part(running.peer)) == 480_000
        await asyncio.sleep(LEAVE_GRACE_SECONDS)
        assert running.reason == "stopped"
    async with running_call(Talker, settings) as running:
        await asyncio.sleep(1.0)
        running.peer.command(StopAgent())
        await asyncio.sleep(8.0)
        before = running.reason
        await asyncio.sleep(1.1)
        assert (before, running.reason) == (None, "the caller hung up")


async def test_an_idle_caller_is_left_after_it_was_told() -> None:
    async with running_call(EchoAgent, TurnSettings(idle_timeout=5.0)) as running:
        await running.peer.be_silent(5.1)
        told = AgentWillLeave(LeaveReason.IDLE, "nothing was said for 5 s")
        assert running.peer.events[-1] == told
        assert running.reason is None
        await asyncio.sleep(LEAVE_GRACE_SECONDS)
        assert running.reason == "nothing was said for 5 s"


async def test_a_failing_agent_says_so_once_and_leaves() -> None:
    async with running_call(EchoAgent) as running:
        running.call.fail(4005, "the recogniser is gone")
        running.call.fail(4005, "again")
        running.call.leave(LeaveReason.IDLE, "again")
        assert running.peer.events[1:] == [
            AgentErrorOccurred(4005, "the recogniser is gone"),
            AgentWillLeave(LeaveReason.OTHER, "the recogniser is gone"),
        ]
        await asyncio.sleep(1)
    assert running.reason == "the recogniser is gone"


async def test_what_the_channel_does_not_take_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running_call(EchoAgent) as running:
        running.peer.takes_messages = False
        running.peer.command(QueryAgentState())
        assert running.call.unsent == 1
    assert "could not be sent" in caplog.text


async def test_what_scripts_do_reaches_the_peer_and_the_server() -> None:
    async with running_call(EchoAgent) as running:
        assert running.call.clock() == asyncio.get_running_loop().time()
        running.call.send_raw(b"\x00")
        running.call.send_raw_signaling("nonsense")
        assert running.peer.messages[-1] == b"\x00"
        assert running.call.raw_signaling.get_nowait() == "nonsense"
        running.call.stop_media()
        sent = len(running.peer.audio)
        await asyncio.sleep(1)
        assert len(running.peer.audio) == sent
        running.call.vanish()
    assert running.call.ending is Ending.WORDLESS


async def test_a_fault_ends_its_own_call_only() -> None:
    async def faulty() -> None:
        async with running_call(Faulty) as broken:
            broken.peer.command(SendText("x"))
            await asyncio.sleep(1)

    async with running_call(EchoAgent, NO_INTERRUPTION) as healthy:
        with pytest.raises(ExceptionGroup) as caught:
            await faulty()
        assert caught.group_contains(ZeroDivisionError)
        before = len(healthy.peer.audio)
        await asyncio.sleep(1)
        assert len(healthy.peer.audio) >= before + 50


async def test_a_call_that_never_ran_is_closed_all_the_same() -> None:
    peers: list[FakePeer] = []

    def make_peer(handlers: object) -> FakePeer:
        peers.append(FakePeer(handlers))  # type: ignore[arg-type]
        return peers[-1]

    clock = asyncio.get_running_loop().time
    call = AgentCall("c1", "u", Faulty, TurnSettings(), make_peer, clock)
    assert await call.connection.line.peer.answer("offer") == "answer to offer"
    with pytest.raises(RemoteProtocolError):
        await call.connection.line.peer.answer("bad")
    peers[0].command(SendText("x"))
    await call.close()
    await call.close()
    assert peers[0].closed
