import asyncio
from collections.abc import Callable

import pytest

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.backends.base import BackendListener, Connected
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import push_with_retry
from aicall_cli.engine.commands import StopAgent
from aicall_cli.engine.connection import CONNECTING
from aicall_cli.engine.enums import CallState, ConnectionReason, ConnectionStatus, EndReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentWillLeave,
    CallEnded,
    CallStateChanged,
    ConnectionStatusChanged,
)
from aicall_cli.errors import ConnectError
from aicall_cli.session.session import Session
from tests.session.running_session import events_of, running
from tests.session.session_audio import FORMAT, Tap, stream_of
from tests.support.fake_backend import SILENCE, FakeBackend, virtual_clock

ENDINGS: list[tuple[Callable[[FakeBackend, Session], None], EndReason, CallState]] = [
    (lambda backend, session: session.hang_up(), EndReason.HUNG_UP, CallState.OVER),
    (lambda backend, session: backend.say_goodbye(), EndReason.AGENT_LEFT, CallState.OVER),
    (lambda backend, session: backend.lose(), EndReason.CONNECTION_LOST, CallState.ERROR),
    (
        lambda backend, session: backend.tell(AgentErrorOccurred(4004)),
        EndReason.AGENT_FAILED,
        CallState.ERROR,
    ),
    (
        lambda backend, session: backend.tell(AgentWillLeave(2001, "idle")),
        EndReason.AGENT_LEFT,
        CallState.OVER,
    ),
    (
        lambda backend, session: session.hang_up(EndReason.TIMEOUT, "too long"),
        EndReason.TIMEOUT,
        CallState.OVER,
    ),
]


async def test_the_events_end_with_the_call_and_not_when_it_is_left() -> None:
    async with running(FakeBackend()) as session:
        listener = session.feed.listen()
        session.hang_up()
        told = [stamped.event async for stamped in listener]
        assert isinstance(told[-1], CallEnded)


@pytest.mark.parametrize("first", range(len(ENDINGS)))
@pytest.mark.parametrize("second", range(len(ENDINGS)))
async def test_a_call_ends_once_by_its_first_reason(first: int, second: int) -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        listener = session.feed.listen()
        for number in (first, second):
            ENDINGS[number][0](backend, session)
            await asyncio.sleep(0.05)
        ended = await session.ended()
        sent = len(backend.sent)
        await asyncio.sleep(1)
        assert len(backend.sent) == sent, "audio is sent after the end"
        stream = stream_of(session)
        assert stream.closed
    _, reason, state = ENDINGS[first]
    assert ended.reason is reason
    assert session.machine.call_state is state
    events = await events_of(listener)
    assert [event for event in events if isinstance(event, CallEnded)] == [ended]
    assert events[-1] == ended
    assert session.duration < session.now


async def test_the_agent_is_told_of_a_hang_up_once() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        session.hang_up()
        session.hang_up()
    assert backend.commands == [StopAgent()]
    assert backend.closed == 1


async def test_leaving_hangs_up() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        pass
    assert backend.commands == [StopAgent()]
    assert (await session.ended()).reason is EndReason.HUNG_UP


def test_hanging_up_before_the_call_does_nothing() -> None:
    session = Session(lambda: 0.0)
    session.hang_up()
    assert not session.is_over
    assert session.now == session.duration == 0.0


async def test_whoever_waits_on_a_stream_is_released_by_the_end() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        stream = stream_of(session)
        frame = AudioFrame(SILENCE.reshape(-1, 1), FORMAT)
        while stream.push(frame) is PushResult.OK:
            pass
        asyncio.get_running_loop().call_later(0.001, session.hang_up)
        assert await push_with_retry(stream, frame) is PushResult.REMOVED


class _Broken(Tap):
    def caller(self, pcm: Pcm, at_sample: int) -> None:
        raise ZeroDivisionError("in the tick")


class _Deaf(Tap):
    def agent(self, pcm: Pcm, at_sample: int) -> None:
        raise ZeroDivisionError("in the transport")


@pytest.mark.parametrize("tap", [_Broken(), _Deaf()])
async def test_a_fault_in_a_callback_ends_its_call_and_no_other(tap: Tap) -> None:
    spared = FakeBackend()
    async with running(spared) as other:
        with pytest.RaisesGroup(pytest.RaisesGroup(ZeroDivisionError)):
            async with running(FakeBackend()) as session:
                session.add_tap(tap)
                await asyncio.sleep(60)
        assert session.is_over
        sent = len(spared.sent)
        await asyncio.sleep(1)
        assert len(spared.sent) == pytest.approx(sent + 50, abs=1)
        assert not other.is_over


async def test_a_call_that_fails_while_it_connects_sends_nothing() -> None:
    class Failing(FakeBackend):
        async def connect(self, listener: BackendListener) -> Connected:
            connected = await super().connect(listener)
            self.tell(AgentErrorOccurred(4006))
            return connected

    backend = Failing()
    session = Session(virtual_clock)
    async with session.setting_up():
        await session.connect(backend)
    await session.begun()
    await asyncio.sleep(1.0)
    assert session.machine.ended is not None
    assert session.machine.ended.reason is EndReason.AGENT_FAILED
    assert backend.sent == []
    await session.close()


async def test_a_hang_up_ends_the_connecting() -> None:
    backend = FakeBackend(connect_seconds=10.0)
    session = Session(virtual_clock)
    async with asyncio.TaskGroup() as tasks:
        connecting = tasks.create_task(_refused(session, backend))
        await asyncio.sleep(1.0)
        before = virtual_clock()
        session.hang_up()
    assert virtual_clock() - before < 0.1
    assert "hung up" in connecting.result()
    assert session.machine.ended is not None
    assert session.machine.ended.reason is EndReason.HUNG_UP
    await session.close()


async def test_a_call_that_is_hung_up_before_it_begins_ends_as_it_begins() -> None:
    backend = FakeBackend()
    session = Session(virtual_clock)
    listener = session.feed.listen()
    session.hang_up(EndReason.TIMEOUT, "too late")
    assert "hung up" in await _refused(session, backend)
    await session.close()
    session.feed.close()
    assert await events_of(listener) == [
        CallStateChanged(CallState.CONNECTING),
        CONNECTING,
        ConnectionStatusChanged(ConnectionStatus.DISCONNECTED, ConnectionReason.LEFT),
        CallStateChanged(CallState.OVER),
        CallEnded(EndReason.TIMEOUT, "too late"),
    ]
    assert not backend.commands


async def test_a_timeout_of_the_set_up_itself_is_no_hang_up() -> None:
    session = Session(virtual_clock)
    with pytest.raises(TimeoutError):
        async with session.setting_up():
            raise TimeoutError
    await session.close()


async def _refused(session: Session, backend: FakeBackend) -> str:
    with pytest.raises(ConnectError) as caught:
        async with session.setting_up():
            await session.connect(backend)
    return caught.value.message
