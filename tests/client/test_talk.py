"""The talk key, with a microphone that captures a different level every tick."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.client.talk import CAPTURE_SECONDS, LIMIT_SECONDS, WARNING_SECONDS, Talk
from aicall_cli.engine.commands import (
    CancelPushToTalk,
    Command,
    EnablePushToTalk,
    FinishPushToTalk,
    StartPushToTalk,
)
from aicall_cli.engine.events import WarningRaised
from aicall_cli.errors import CommandRefused
from aicall_cli.session.session import Session
from tests.session.running_session import events_of, running
from tests.support.fake_backend import FakeBackend, virtual_clock

_FIRST = 1_000


@dataclass
class _Talking:
    session: Session
    backend: FakeBackend
    talk: Talk
    stream: ExternalAudioStream
    captured: int = 0
    """Ticks that the microphone has captured; tick n has the level 1000 + n."""
    device_delay: float | None = None
    """Seconds that a captured tick takes to come; None: it comes at once and unstamped."""
    arriving: list[tuple[float, int]] = field(default_factory=list)

    async def capture(self) -> None:
        while True:
            now = virtual_clock()
            self.arriving.append((now, _FIRST + self.captured))
            self.captured += 1
            delay = self.device_delay or 0.0
            while self.arriving and self.arriving[0][0] <= now - delay + 1e-9:
                captured_at, level = self.arriving.pop(0)
                if self.device_delay is not None:
                    self.stream.captured_until = captured_at
                self.stream.push(_tick(level))
            await asyncio.sleep(TICK_SECONDS)

    def key_is_down(self) -> bool:
        return self.talk.active

    def heard(self) -> list[int]:
        """Return the levels that the agent was sent, without silence."""
        return [int(sent.pcm[0]) for sent in self.backend.sent if sent.pcm[0]]


def _tick(level: int) -> AudioFrame:
    samples = np.full((TICK_SAMPLES, 1), level, np.int16)
    return AudioFrame(samples, ExternalAudioStreamConfig(SAMPLE_RATE, 1).format)


@asynccontextmanager
async def _talking(device_delay: float | None = None) -> AsyncIterator[_Talking]:
    backend = FakeBackend()
    async with running(backend) as session:
        talk = Talk(session, virtual_clock)
        stream = session.mixer.add_stream(ExternalAudioStreamConfig(SAMPLE_RATE, 1), live=True)
        talking = _Talking(session, backend, talk, stream, device_delay=device_delay)
        capturing = asyncio.ensure_future(talking.capture())
        talk.enable(True)
        await asyncio.sleep(1.0)
        yield talking
        capturing.cancel()


async def test_outside_the_key_nothing_but_silence_is_sent() -> None:
    async with _talking() as talking:
        assert talking.heard() == []
        assert len(talking.backend.sent) >= 49


async def test_the_pre_roll_goes_first_and_nothing_said_before_the_key_went_up_is_lost() -> None:
    async with _talking() as talking:
        before = talking.captured
        talking.talk.start()
        assert talking.key_is_down()
        await asyncio.sleep(0.5)
        after = talking.captured
        talking.talk.finish()
        assert not talking.key_is_down()
        await asyncio.sleep(1.0)
        heard = talking.heard()
    assert heard == list(range(heard[0], heard[-1] + 1))
    pre_roll = _FIRST + before - heard[0]
    assert 9 <= pre_roll <= 10
    assert heard[-1] == _FIRST + after - 1
    assert talking.backend.commands[:3] == [
        EnablePushToTalk(True),
        StartPushToTalk(),
        FinishPushToTalk(),
    ]


@pytest.mark.parametrize("delay", [0.04, 0.08])
async def test_what_the_device_still_holds_when_the_key_goes_up_is_waited_for(
    delay: float,
) -> None:
    async with _talking(delay) as talking:
        talking.talk.start()
        await asyncio.sleep(0.5)
        after = talking.captured
        talking.talk.finish()
        await asyncio.sleep(1.0)
        heard = talking.heard()
    assert heard[-1] >= _FIRST + after - 1
    assert heard[-1] <= _FIRST + after + 1


async def test_a_device_that_delivers_nothing_is_not_waited_for() -> None:
    async with _talking(1000.0) as talking:
        talking.stream.captured_until = 0.0
        talking.talk.start()
        talking.talk.finish()
        await asyncio.sleep(CAPTURE_SECONDS + 3 * TICK_SECONDS)
        assert talking.backend.commands[-1] == FinishPushToTalk()


async def test_a_cancelled_utterance_ends_at_once() -> None:
    async with _talking() as talking:
        talking.talk.start()
        await asyncio.sleep(0.2)
        talking.talk.cancel()
        assert talking.backend.commands[-1] == CancelPushToTalk()
        sent = len(talking.heard())
        await asyncio.sleep(0.5)
        assert len(talking.heard()) == sent
        assert not talking.key_is_down()


async def test_an_utterance_that_is_on_its_way_can_still_be_cancelled() -> None:
    async with _talking() as talking:
        talking.talk.start()
        await asyncio.sleep(0.2)
        talking.talk.finish()
        talking.talk.cancel()
        await asyncio.sleep(0.5)
        assert talking.backend.commands[2:] == [CancelPushToTalk()]


async def test_the_key_may_go_down_again_before_the_last_utterance_is_out() -> None:
    async with _talking() as talking:
        talking.talk.start()
        await asyncio.sleep(0.2)
        talking.talk.finish()
        talking.talk.start()
        assert talking.key_is_down()
        await asyncio.sleep(0.5)
        assert talking.backend.commands[2:] == [FinishPushToTalk(), StartPushToTalk()]
        talking.talk.finish()
        talking.talk.start()
        talking.talk.finish()
        await asyncio.sleep(0.5)
        assert talking.backend.commands[4:] == [FinishPushToTalk()]


async def test_a_minute_is_the_limit_and_is_announced() -> None:
    async with _talking() as talking:
        listener = talking.session.feed.listen()
        talking.talk.start()
        await asyncio.sleep(WARNING_SECONDS + 0.1)
        assert talking.key_is_down()
        await asyncio.sleep(LIMIT_SECONDS - WARNING_SECONDS + 0.5)
        assert not talking.key_is_down()
        assert talking.backend.commands[-1] == FinishPushToTalk()
    warnings = [event for event in await events_of(listener) if isinstance(event, WarningRaised)]
    assert len(warnings) == 2


async def test_the_key_is_refused_outside_the_mode() -> None:
    async with running(FakeBackend()) as session:
        talk = Talk(session, virtual_clock)
        for press in (talk.start, talk.finish, talk.cancel):
            with pytest.raises(CommandRefused):
                press()
        talk.enable(False)  # as it is


async def test_a_microphone_that_goes_away_holds_nothing_up() -> None:
    async with _talking() as talking:
        talking.talk.start()
        await asyncio.sleep(0.2)
        talking.talk.finish()
        talking.session.mixer.remove_stream(talking.stream.id)
        await asyncio.sleep(0.2)
        assert talking.backend.commands[-1] == FinishPushToTalk()


async def test_a_finish_that_the_channel_does_not_take_is_told_and_tried_again() -> None:
    async with _talking() as talking:
        events = talking.session.feed.listen(WarningRaised)
        talking.talk.start()
        await asyncio.sleep(0.5)
        talking.talk.finish()
        talking.backend.takes_commands = False
        await asyncio.sleep(1.0)
        assert FinishPushToTalk() not in talking.backend.commands
        talking.backend.takes_commands = True
        await asyncio.sleep(0.1)
        assert talking.backend.commands[-1] == FinishPushToTalk()
        assert not talking.session.machine.talking
        talking.session.feed.close()
        (warning,) = await events_of(events)
    assert isinstance(warning, WarningRaised)
    assert "tried again" in warning.message


async def test_a_key_that_cannot_go_down_again_is_told() -> None:
    async with _talking() as talking:
        events = talking.session.feed.listen(WarningRaised)
        taken = talking.backend.send_command

        def take_no_start(command: Command) -> bool:
            return not isinstance(command, StartPushToTalk) and taken(command)

        talking.talk.start()
        await asyncio.sleep(0.5)
        talking.talk.finish()
        talking.talk.start()
        talking.backend.send_command = take_no_start  # type: ignore[method-assign]
        await asyncio.sleep(0.5)
        assert talking.backend.commands[-1] == FinishPushToTalk()
        assert not talking.key_is_down()
        talking.session.feed.close()
        (warning,) = await events_of(events)
    assert isinstance(warning, WarningRaised)
    assert "start_push_to_talk was not sent" in warning.message
