import asyncio
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.fade import FADE_SAMPLES
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.playout_buffer import FIRST_TARGET, MIN_TARGET
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.retry import push_with_retry
from aicall_cli.engine.commands import InterruptSpeaking, QueryAgentState
from aicall_cli.engine.enums import InterruptedReason
from aicall_cli.engine.events import SpeakingInterrupted
from aicall_cli.playout.file_output import FileOutput
from aicall_cli.playout.null_output import NullOutput
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind
from aicall_cli.session.playout_path import WAIT_TICKS, PlayoutPath
from aicall_cli.session.statistics import call_statistics
from tests.session.running_session import running
from tests.support.fake_backend import FakeBackend, virtual_clock
from tests.support.fake_output import FakeOutput
from tests.support.speech_like import speech_like, ticks_of

LOUD = np.full(TICK_SAMPLES, 8_000, np.int16)
FLUSHED_SECONDS = 0.060
"""What an interruption may take, the device's latency aside."""


class HandFed:
    """A path in the middle of the agent's loud voice, fed and pulled by hand."""

    def __init__(self) -> None:
        self.output = FakeOutput()
        self.rendered: list[tuple[Pcm, float, float]] = []
        self.waits: list[float] = []
        self.path = PlayoutPath(
            self.output,
            lambda pcm, latency, now: self.rendered.append((pcm, latency, now)),
            self.waits.append,
        )
        self.now = 0.0
        self._timestamp = 0

    def tick(
        self, pcm: Pcm = LOUD, side_tone: Pcm | None = None, late: float = 0.0, lost: bool = False
    ) -> Pcm:
        """Let a frame arrive, play a tick, and return what was written."""
        kind = HeardKind.CONCEALED if lost else HeardKind.RECEIVED
        self.path.hear(HeardFrame(pcm, self._timestamp, self.now + late, kind))
        self._timestamp += len(pcm)
        self.path.play(self.now, side_tone)
        self.now += TICK_SECONDS
        return self.output.written[-1][1]

    def ticks(self, count: int, pcm: Pcm = LOUD) -> Pcm:
        return np.concatenate([self.tick(pcm) for _ in range(count)])


def started() -> HandFed:
    path = HandFed()
    path.ticks(30)
    return path


def test_the_agent_is_played_a_little_later() -> None:
    path = HandFed()
    assert not path.ticks(round(FIRST_TARGET / TICK_SECONDS)).any()
    assert path.tick()[-1] == 8_000


def test_volume_and_mute() -> None:
    path = started()
    path.path.volume.percent = 50
    path.tick()
    assert np.array_equal(path.tick(), LOUD // 2)
    path.path.volume.muted = True
    path.tick()
    assert not path.tick().any()


def test_the_side_tone_is_added_whatever_the_agents_volume_is() -> None:
    path = started()
    path.path.volume.muted = True
    path.tick()
    tone = np.full(TICK_SAMPLES, 500, np.int16)
    assert np.array_equal(path.tick(side_tone=tone), tone)
    path.path.volume.muted = False
    path.tick(side_tone=tone)
    assert np.array_equal(path.tick(side_tone=tone), LOUD + 500)


def test_a_speaker_that_is_off_plays_nothing_and_comes_back_without_a_click() -> None:
    path = started()
    tone = np.full(TICK_SAMPLES, 500, np.int16)
    path.path.enabled = False
    assert path.tick(side_tone=tone)[0] > 8_000
    assert not path.tick(side_tone=tone).any()
    assert not path.rendered[-1][0].any()
    path.path.enabled = True
    assert path.tick(side_tone=tone)[0] < 100
    assert np.array_equal(path.tick(side_tone=tone), LOUD + 500)


def test_what_is_written_is_what_the_echo_canceller_hears_first() -> None:
    path = started()
    path.path.volume.percent = 50
    tone = np.full(TICK_SAMPLES, 500, np.int16)
    written = path.tick(side_tone=tone)
    rendered, latency, now = path.rendered[-1]
    assert np.array_equal(rendered, written)
    assert latency == path.output.latency
    assert now == path.now - TICK_SECONDS
    assert len(path.rendered) == len(path.output.written)


def test_missed_ticks_are_told_to_the_output_and_nothing_is_lost() -> None:
    path = started()
    queued = path.path.statistics.buffer
    path.path.skip(5)
    assert path.output.skipped == 5
    assert path.path.statistics.buffer == queued


def test_an_interruption_drops_what_waits_and_what_is_on_its_way() -> None:
    path = started()
    path.path.interrupt(path.now)
    assert len(path.output.flushed_at) == 1
    assert not path.ticks(10).any()
    path.path.interrupted(path.now)
    assert not path.ticks(3).any()
    assert not path.ticks(5, np.zeros(TICK_SAMPLES, np.int16)).any()
    assert np.array_equal(path.ticks(10)[-TICK_SAMPLES:], LOUD)


def test_the_side_tone_goes_on_through_an_interruption_without_a_click() -> None:
    path = started()
    path.path.interrupt(path.now)
    written = path.tick(side_tone=LOUD)
    assert abs(int(written[0])) < 10
    assert np.array_equal(written[FADE_SAMPLES:], LOUD[FADE_SAMPLES:])
    assert np.array_equal(path.tick(side_tone=LOUD), LOUD)


def test_another_output_goes_on_where_the_old_one_stopped() -> None:
    path = started()
    other = FakeOutput(name="headset")
    path.path.play_into(other)
    assert len(path.output.flushed_at) == 1
    assert path.path.output is other
    path.path.play(path.now, None)
    assert abs(int(other.joined()[0])) < 10
    assert other.joined()[-1] == 8_000
    assert path.path.statistics.output == "headset"


def test_the_wait_for_missing_packets_follows_the_jitter() -> None:
    path = HandFed()
    for number in range(3 * WAIT_TICKS):
        path.tick(late=0.08 * (number % 2))
    assert path.waits == [pytest.approx(0.08 - TICK_SECONDS)]


def test_given_up_packets_do_not_raise_the_wait_for_them() -> None:
    path = HandFed()
    for number in range(3 * WAIT_TICKS):
        path.tick(late=0.08 * (number % 2), lost=bool(number % 2))
    assert path.waits == []


# --- in a session ----------------------------------------------------------------------------


async def test_a_call_without_an_output_plays_nothing() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        await asyncio.sleep(0.2)
        assert session.playout is None
        assert call_statistics(session, None).playout is None
    assert backend.reorder_wait is None


async def test_the_agent_is_heard_from_the_speaker_as_it_was_said() -> None:
    backend = FakeBackend()
    speech = speech_like(50)
    async with running(backend) as session:
        output = FakeOutput(virtual_clock)
        path = session.play_into(output)
        assert session.playout is path
        await asyncio.sleep(2.0)
        backend.say(speech)
        said = session.now
        await asyncio.sleep(2.0)
        playout = call_statistics(session, None).playout
    heard = output.joined()
    start = int(np.flatnonzero(heard)[0])
    assert np.array_equal(heard[start : start + len(speech)], speech)
    assert playout is not None
    assert playout.buffer.underruns == 0
    assert playout.buffer.target == MIN_TARGET
    delay = output.loud_at()[0] - (said + output.written[0][0])
    assert delay <= MIN_TARGET + 3 * TICK_SECONDS
    # One tick of playing for each tick of sending.
    assert len(output.written) == pytest.approx(4.0 / TICK_SECONDS, abs=2)


async def test_an_interruption_is_silence_at_once() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        output = FakeOutput(virtual_clock)
        session.play_into(output)
        backend.say(speech_like(100))
        await asyncio.sleep(1.0)
        pressed = virtual_clock()
        session.command(InterruptSpeaking())
        await asyncio.sleep(0.2)  # a round trip of 400 ms: the agent is still talking
        backend.tell(SpeakingInterrupted(InterruptedReason.BY_INTERRUPT_SPEAKING))
        backend._speech.clear()
        await asyncio.sleep(1.0)
        backend.say(speech_like(20))
        answered = virtual_clock()
        await asyncio.sleep(1.0)
    loud = output.loud_at()
    assert output.flushed_at[0] == pressed
    assert max(at for at in loud if at < answered) <= pressed + FLUSHED_SECONDS
    assert sum(at > answered for at in loud) >= 18  # its next words are whole


async def test_a_voice_that_interrupts_flushes_as_well() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        output = FakeOutput(virtual_clock)
        session.play_into(output)
        backend.say(speech_like(100))
        await asyncio.sleep(1.0)
        backend.tell(SpeakingInterrupted(InterruptedReason.BY_VOICE))
        backend._speech.clear()
        told = virtual_clock()
        await asyncio.sleep(0.5)
        assert output.flushed_at == [told]
    assert max(output.loud_at()) <= told + FLUSHED_SECONDS


async def test_other_commands_interrupt_nothing() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        output = FakeOutput(virtual_clock)
        session.play_into(output)
        session.command(QueryAgentState())
        assert output.flushed_at == []
        session.hang_up()
        assert len(output.flushed_at) == 1  # the end of the call is the end of the sound


async def test_playing_changes_nothing_of_what_is_recorded() -> None:
    """The taps hear the agent as it came; the playout buffer's delay is the speaker's alone."""
    positions: list[list[int]] = []
    for output in (None, NullOutput()):
        backend = FakeBackend()
        tap: list[int] = []
        async with running(backend) as session:

            class Tap:
                def caller(self, pcm: Pcm, at_sample: int) -> None: ...

                def agent(self, pcm: Pcm, at_sample: int, tap: list[int] = tap) -> None:
                    tap.append(at_sample)

            session.add_tap(Tap())
            if output is not None:
                session.play_into(output)
            backend.say(speech_like(20))
            await asyncio.sleep(1.0)
        positions.append(tap)
    assert positions[0] == positions[1]


async def test_the_caller_hears_a_stream_as_loud_as_it_asked_for() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        output = FakeOutput(virtual_clock)
        session.play_into(output)
        config = ExternalAudioStreamConfig(SAMPLE_RATE, 1, publish_volume=0, playout_volume=50)
        stream = session.mixer.add_stream(config)
        for tick in ticks_of(np.full(20 * TICK_SAMPLES, 8_000, np.int16)):
            await push_with_retry(stream, AudioFrame(tick.reshape(-1, 1), AudioFormat(48_000, 1)))
        await stream.drain()
        await asyncio.sleep(0.1)
    heard = output.joined()
    assert set(np.unique(heard)) == {0, 4_000}
    assert np.count_nonzero(heard) == 20 * TICK_SAMPLES
    assert not any(sent.pcm.any() for sent in backend.sent)


@pytest.mark.parametrize("stall", [0.05, 0.5])
async def test_after_a_stall_each_tick_is_played_in_its_turn(stall: float) -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        output = FakeOutput(virtual_clock)
        session.play_into(output)
        await asyncio.sleep(0.5)
        asyncio.get_running_loop()._virtual_now += stall  # type: ignore[attr-defined]
        await asyncio.sleep(0.5)
        subscription = session.subscription
        assert subscription is not None
        assert output.skipped == subscription.schedule.skipped
        assert (output.skipped > 0) is (stall > 0.1)
    assert len(output.written) + output.skipped == pytest.approx((1 + stall) * 50, abs=2)


async def test_a_file_keeps_what_was_played(tmp_path: Path) -> None:
    backend = FakeBackend()
    output = FileOutput(tmp_path / "played.wav")
    await output.open()
    async with running(backend) as session:
        session.play_into(output)
        backend.say(speech_like(20))
        await asyncio.sleep(1.0)
    await output.close()
    assert output.failure is None
    assert (tmp_path / "played.wav").stat().st_size > 0.9 * 2 * SAMPLE_RATE
