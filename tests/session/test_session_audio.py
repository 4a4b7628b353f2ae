import asyncio

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.level import rms
from aicall_cli.capture.push_result import PushResult
from aicall_cli.engine.enums import CallState
from aicall_cli.engine.events import (
    AgentAudioStarted,
    AgentSubtitleReceived,
    AudioDelayMeasured,
    Event,
    TurnMeasured,
)
from aicall_cli.playout.null_output import NullOutput
from aicall_cli.session.session import Session
from tests.session.running_session import events_of, running
from tests.session.session_audio import FORMAT, Tap, positions, push, stream_of
from tests.support.fake_backend import SILENCE, FakeBackend, joined, virtual_clock
from tests.support.speech_like import speech_like


async def test_begun_waits_for_the_agents_first_audio() -> None:
    backend = FakeBackend()
    session = Session(virtual_clock)
    async with session.setting_up():
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
    async with session.setting_up():
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
    async with session.setting_up():
        await session.connect(backend)
    backend.tick()
    backend.tick()
    await session.close()
    session.feed.close()
    assert _kinds(await events_of(listener)).count(AgentAudioStarted) == 1


async def test_how_long_an_answer_was_waited_for_is_told_with_its_sentence() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        listener = session.feed.listen()
        session.play_into(NullOutput())
        await push(stream_of(session), speech_like(50))
        await asyncio.sleep(0.8)
        backend.say(speech_like(50))
        backend.tell(AgentSubtitleReceived("words", True, 3))
        await asyncio.sleep(2)
        assert session.playout is not None
        waited = session.playout.delay
    (delay,) = [e for e in await events_of(listener) if isinstance(e, AudioDelayMeasured)]
    (turn,) = session.turns.turns
    assert turn.latency is not None
    assert delay.sentence_id == 3
    assert waited > 0
    assert delay.delay_ms == pytest.approx(1000 * (turn.latency + waited), abs=25)
