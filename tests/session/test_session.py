import asyncio
from collections.abc import Callable

import pytest

from aicall_cli.engine.connection import CONNECTING, JOINED
from aicall_cli.engine.enums import (
    AgentState,
    CallState,
    ConnectionReason,
    ConnectionStatus,
    EndReason,
)
from aicall_cli.engine.error_code import ErrorCode
from aicall_cli.engine.events import (
    AgentAudioChanged,
    AgentAudioStarted,
    AgentJoined,
    AgentStateChanged,
    CallEnded,
    CallStateChanged,
    ConnectionStatusChanged,
    DataChannelOpened,
    MessageIgnored,
    UserSubtitleReceived,
    WarningRaised,
)
from aicall_cli.errors import ConnectError
from aicall_cli.session.session import Session
from tests.session.running_session import events_of, running
from tests.support.fake_backend import CALL, FakeBackend, virtual_clock
from tests.support.speech_like import speech_like


async def test_events_of_a_call_in_their_order() -> None:
    backend = FakeBackend()
    session = Session(virtual_clock)
    listener = session.feed.listen()
    async with session.setting_up():
        assert await session.connect(backend) is CALL
    backend.tell(AgentStateChanged(AgentState.LISTENING))
    backend.tick()
    session.hang_up()
    await session.close()
    session.feed.close()
    assert await events_of(listener) == [
        CallStateChanged(CallState.CONNECTING),
        CONNECTING,
        DataChannelOpened(),
        JOINED,
        AgentJoined(CALL.agent_user_id),
        AgentStateChanged(AgentState.LISTENING),
        AgentAudioStarted(),
        CallStateChanged(CallState.CONNECTED),
        AgentAudioChanged(available=True),
        ConnectionStatusChanged(ConnectionStatus.DISCONNECTED, ConnectionReason.LEFT),
        CallStateChanged(CallState.OVER),
        CallEnded(EndReason.HUNG_UP, "hung up"),
    ]


async def test_a_call_that_cannot_be_set_up_says_why_and_raises() -> None:
    backend = FakeBackend(refusal=ConnectError("nobody is there"))
    session = Session(virtual_clock)
    listener = session.feed.listen()
    with pytest.raises(ConnectError, match="nobody is there"):
        async with session.setting_up():
            await session.connect(backend)
    session.feed.close()
    assert await events_of(listener) == [
        CallStateChanged(CallState.CONNECTING),
        CONNECTING,
        ConnectionStatusChanged(ConnectionStatus.FAILED, ConnectionReason.JOIN_FAILED),
        CallStateChanged(CallState.ERROR),
        CallEnded(EndReason.CONNECT_FAILED, "nobody is there", ErrorCode.CONNECTION_FAILED),
    ]
    await session.begun()  # whoever waits for the beginning is released
    assert session.is_over
    assert not backend.sent
    await session.close()


async def test_a_cancelled_set_up_can_be_closed() -> None:
    backend = FakeBackend(connect_seconds=60)
    session = Session(virtual_clock)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1), session.setting_up():
            await session.connect(backend)
    await session.close()
    assert backend.closed == 1
    assert (await session.ended()).reason is EndReason.HUNG_UP


async def test_messages_before_the_first_tick_are_at_zero_and_later_ones_at_their_time() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        listener = session.feed.listen()
        await asyncio.sleep(1.5)
        backend.tell(UserSubtitleReceived("hello", True, 1))
        session.warn("mind the gap")
        now = session.now
    stamped = [item async for item in listener]
    assert [(item.at, item.event) for item in stamped[:2]] == [
        (now, UserSubtitleReceived("hello", True, 1)),
        (now, WarningRaised("mind the gap")),
    ]
    (entry,) = session.transcript.entries
    assert entry.text == "hello"


async def test_ignored_messages_are_counted() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        backend.tell(MessageIgnored(4711, "unknown type"))
        assert session.machine.ignored == 1


async def test_changed_is_fired_by_events_voices_and_the_end() -> None:
    backend = FakeBackend()
    causes: list[Callable[[Session], object]] = [
        lambda session: backend.tell(AgentStateChanged(AgentState.THINKING)),
        lambda session: backend.say(speech_like(20)),  # begins …
        lambda session: None,  # … and ends
        lambda session: session.hang_up(),
    ]
    async with running(backend) as session:
        for cause in causes:
            asyncio.get_running_loop().call_later(0.001, cause, session)
            async with asyncio.timeout(2):
                await session.changed()
        assert session.is_over


async def test_the_agents_state_keeps_the_time_of_its_last_change() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        await asyncio.sleep(1)
        backend.tell(AgentStateChanged(AgentState.LISTENING))
        since = session.now
        await asyncio.sleep(1)
        backend.tell(AgentStateChanged(AgentState.LISTENING))  # the answer to a query
        assert session.agent_state is AgentState.LISTENING
        assert session.agent_state_since == since
