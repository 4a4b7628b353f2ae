import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.level import rms
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import push_with_retry
from aicall_cli.engine.commands import (
    EnablePushToTalk,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    StartPushToTalk,
    StopAgent,
)
from aicall_cli.engine.enums import AgentState, CallState, EndReason
from aicall_cli.engine.events import (
    AgentAudioStarted,
    AgentErrorOccurred,
    AgentStateChanged,
    AgentWillLeave,
    CallEnded,
    CallStateChanged,
    CommandSent,
    DataChannelOpened,
    Event,
    MessageIgnored,
    PushToTalkChanged,
    TurnMeasured,
    UserSubtitleReceived,
    WarningRaised,
)
from aicall_cli.errors import CommandRefused, ConnectError
from aicall_cli.session.session import Session
from tests.session.running_session import events_of, running
from tests.support.fake_backend import CALL, SILENCE, FakeBackend, joined, virtual_clock
from tests.support.speech_like import speech_like, ticks_of

FORMAT = AudioFormat(SAMPLE_RATE, 1)


class Tap:
    """Keeps both sides' audio with its position."""

    def __init__(self) -> None:
        self.said: list[tuple[int, Pcm]] = []
        self.heard: list[tuple[int, Pcm]] = []

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        self.said.append((at_sample, pcm))

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        self.heard.append((at_sample, pcm))


def positions(frames: list[tuple[int, Pcm]]) -> list[int]:
    return [at for at, _ in frames]


def stream_of(session: Session) -> ExternalAudioStream:
    return session.mixer.add_stream(ExternalAudioStreamConfig(SAMPLE_RATE, 1))


async def push(stream: ExternalAudioStream, pcm: Pcm) -> None:
    for tick in ticks_of(pcm):
        frame = AudioFrame(tick.reshape(-1, 1), FORMAT)
        assert await push_with_retry(stream, frame) is PushResult.OK
    await stream.drain()


async def test_events_of_a_call_in_their_order() -> None:
    backend = FakeBackend()
    session = Session(virtual_clock)
    listener = session.feed.listen()
    assert await session.connect(backend) is CALL
    backend.tell(AgentStateChanged(AgentState.LISTENING))
    backend.tick()
    session.hang_up()
    await session.close()
    session.feed.close()
    assert await events_of(listener) == [
        CallStateChanged(CallState.CONNECTING),
        DataChannelOpened(),
        AgentStateChanged(AgentState.LISTENING),
        AgentAudioStarted(),
        CallStateChanged(CallState.CONNECTED),
        CallStateChanged(CallState.OVER),
        CallEnded(EndReason.HUNG_UP, "hung up"),
    ]


async def test_a_call_that_cannot_be_set_up_says_why_and_raises() -> None:
    backend = FakeBackend(refusal=ConnectError("nobody is there"))
    session = Session(virtual_clock)
    listener = session.feed.listen()
    with pytest.raises(ConnectError, match="nobody is there"):
        await session.connect(backend)
    session.feed.close()
    assert await events_of(listener) == [
        CallStateChanged(CallState.CONNECTING),
        CallStateChanged(CallState.ERROR),
        CallEnded(EndReason.CONNECT_FAILED, "nobody is there"),
    ]
    await session.begun()  # whoever waits for the beginning is released
    assert session.is_over
    assert not backend.sent
    await session.close()


async def test_a_cancelled_set_up_can_be_closed() -> None:
    backend = FakeBackend(connect_seconds=60)
    session = Session(virtual_clock)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await session.connect(backend)
    await session.close()
    assert backend.closed == 1
    assert (await session.ended()).reason is EndReason.HUNG_UP


async def test_begun_waits_for_the_agents_first_audio() -> None:
    backend = FakeBackend()
    session = Session(virtual_clock)
    await session.connect(backend)
    stream = stream_of(session)
    frame = AudioFrame(SILENCE.reshape(-1, 1), FORMAT)
    assert stream.push(frame) is PushResult.NOT_BEGUN
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await session.begun()
    # What the agent is sent meanwhile is silence, so that its turn detection has something.
    assert len(backend.sent) == pytest.approx(1 / TICK_SECONDS, abs=1)
    backend.tick()
    await session.begun()
    assert stream.push(frame) is PushResult.OK
    await session.close()


async def test_every_tick_is_sent_at_its_position_and_heard_by_the_taps() -> None:
    backend = FakeBackend()
    tap = Tap()
    async with running(backend) as session:
        session.add_tap(tap)
        speech = speech_like(50)
        await push(stream_of(session), speech)
    sent = [part for part in backend.sent if rms(part.pcm) > 0]
    # The resampler at equal rates is none: what was pushed is what was sent.
    assert np.array_equal(joined(sent)[: len(speech)], speech[: len(joined(sent))])
    gaps = np.diff([part.position for part in backend.sent])
    assert set(gaps) == {TICK_SAMPLES}
    assert set(np.diff(positions(tap.said))) == {TICK_SAMPLES}
    by_position = {part.position: part.pcm for part in backend.sent}
    assert all(np.array_equal(by_position[at], pcm) for at, pcm in tap.said)


async def test_both_sides_are_on_one_axis() -> None:
    backend = FakeBackend()
    tap = Tap()
    async with running(backend) as session:
        session.add_tap(tap)
        backend.say(speech_like(20))
        await asyncio.sleep(1)
        now = session.now
    for frames in (tap.said, tap.heard):
        assert frames
        # Audio that is given at a time lies at that time, to a tick.
        assert positions(frames)[-1] / SAMPLE_RATE == pytest.approx(now, abs=2 * TICK_SECONDS)
        assert set(np.diff(positions(frames))) == {TICK_SAMPLES}


@pytest.mark.parametrize("stall", [0.05, 0.3, 2.0])
async def test_after_a_stall_media_time_is_where_it_would_be_without(stall: float) -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        await asyncio.sleep(0.5)
        loop = asyncio.get_running_loop()
        loop._virtual_now += stall  # type: ignore[attr-defined]
        await asyncio.sleep(0.5)
        subscription = session.subscription
        assert subscription is not None
        media = session.uplink.position / SAMPLE_RATE
        assert media == pytest.approx(session.now, abs=1.5 * TICK_SECONDS)
        schedule = subscription.schedule
        assert media == pytest.approx(schedule.position * TICK_SECONDS)
        assert (schedule.skipped > 0) is (stall > 0.1)
    every = [part.position for part in backend.sent]
    assert every == sorted(set(every))
    assert np.max(np.diff(every)) == (schedule.skipped + 1) * TICK_SAMPLES


async def test_a_file_waits_while_ticks_are_skipped() -> None:
    backend = FakeBackend()
    speech = speech_like(100)
    async with running(backend) as session:
        loop = asyncio.get_running_loop()

        def stall() -> None:
            loop._virtual_now += 0.7  # type: ignore[attr-defined]

        loop.call_later(0.5, stall)
        await push(stream_of(session), speech)
    sent = joined(backend.sent)
    first = int(np.argmax(sent != 0)) - int(np.argmax(speech != 0))
    assert np.array_equal(sent[first : first + len(speech)], speech)


async def test_a_turn_is_measured_on_the_audio() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        listener = session.feed.listen()
        await push(stream_of(session), speech_like(50))
        said_until = session.now
        await asyncio.sleep(0.8)
        backend.say(speech_like(50))
        await asyncio.sleep(2)
    measured = [event for event in await events_of(listener) if isinstance(event, TurnMeasured)]
    (turn,) = (event.turn for event in measured)
    assert turn.latency == pytest.approx(0.8, abs=0.15)
    assert turn.caller_end == pytest.approx(said_until, abs=0.15)
    assert not turn.overlapped
    assert session.turns.turns == (turn,)
    assert not session.agent.active
    assert session.agent.onset == turn.agent_start


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


async def test_commands_are_refused_until_the_call_is_connected() -> None:
    backend = FakeBackend()
    session = Session(virtual_clock)
    with pytest.raises(CommandRefused, match="none, not connected"):
        session.command(QueryAgentState())
    await session.connect(backend)
    with pytest.raises(CommandRefused, match="connecting, not connected"):
        session.command(QueryAgentState())
    backend.tick()
    session.command(QueryAgentState())
    assert backend.commands == [QueryAgentState()]
    session.hang_up()
    with pytest.raises(CommandRefused, match="over, not connected"):
        session.command(QueryAgentState())
    await session.close()


async def test_commands_are_refused_while_the_channel_is_not_open() -> None:
    backend = FakeBackend(opens_channel=False)
    async with running(backend) as session:
        with pytest.raises(CommandRefused, match="not open yet"):
            session.command(InterruptSpeaking())
        backend.tell(DataChannelOpened())
        listener = session.feed.listen()
        session.command(InterruptSpeaking())
    assert CommandSent("interrupt_speaking") in await events_of(listener)


async def test_a_command_that_cannot_be_sent_changes_nothing() -> None:
    backend = FakeBackend(takes_commands=False)
    async with running(backend) as session:
        with pytest.raises(CommandRefused, match="enable_push_to_talk was not sent"):
            session.command(EnablePushToTalk(True))
        assert not session.machine.push_to_talk
        assert session.mixer.gate_open
        backend.takes_commands = True
        session.command(EnablePushToTalk(True))
        assert session.machine.push_to_talk


async def test_push_to_talk_is_a_gate_that_loses_nothing() -> None:
    backend = FakeBackend()
    speech = speech_like(50)
    async with running(backend) as session:
        session.command(EnablePushToTalk(True))
        backend.tell(PushToTalkChanged(True))
        stream = stream_of(session)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(push(stream, speech))
            await asyncio.sleep(1)
            assert rms(joined(backend.sent)) == 0, "the key is up"
            session.command(StartPushToTalk())
            await asyncio.sleep(0.5)
            session.command(FinishPushToTalk())
            until = len(backend.sent)
            await asyncio.sleep(0.5)
            assert rms(joined(backend.sent[until:])) == 0
            session.command(StartPushToTalk())
    sent = joined(backend.sent)
    assert np.array_equal(sent[sent != 0], speech[speech != 0])


async def test_the_agent_may_lift_the_key() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        backend.tell(PushToTalkChanged(True))
        assert not session.mixer.gate_open
        backend.tell(PushToTalkChanged(False))
        assert session.mixer.gate_open


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


async def test_nothing_is_heard_before_the_set_up_is_done_and_after_the_end() -> None:
    class Hasty(FakeBackend):
        async def connect(self, listener):  # type: ignore[no-untyped-def]
            self._listener = listener
            self.tick()
            return await super().connect(listener)

    backend = Hasty()
    tap = Tap()
    session = Session(virtual_clock)
    session.add_tap(tap)
    await session.connect(backend)
    assert not tap.heard
    assert session.machine.call_state is CallState.CONNECTING
    backend.tick()
    assert len(tap.heard) == 1
    session.hang_up()
    backend.tick()
    assert len(tap.heard) == 1
    await session.close()


def _kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


async def test_a_second_packet_is_no_second_beginning() -> None:
    backend = FakeBackend()
    session = Session(virtual_clock)
    listener = session.feed.listen()
    await session.connect(backend)
    backend.tick()
    backend.tick()
    await session.close()
    session.feed.close()
    assert _kinds(await events_of(listener)).count(AgentAudioStarted) == 1


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


async def _refused(session: Session, backend: FakeBackend) -> str:
    with pytest.raises(ConnectError) as caught:
        await session.connect(backend)
    return caught.value.message
