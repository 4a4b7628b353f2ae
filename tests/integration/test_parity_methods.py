"""What an AICallKit engine can be asked to do, done by the Python API in real calls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from aicall_cli import (
    AgentState,
    AgentStateChanged,
    AgentSubtitleReceived,
    AudioFrame,
    Call,
    CallEnded,
    CallOptions,
    CallState,
    CommandRefused,
    CustomMessageReceived,
    EndReason,
    Event,
    ExternalAudioStreamConfig,
    PushToTalkChanged,
    Stamped,
    StartVisionCustomCapture,
    UserSubtitleReceived,
    VcrConfig,
    VcrResultReceived,
    VisionCustomCaptureChanged,
    VoiceInterruptChanged,
    VoiceprintCleared,
    VoiceprintUsingChanged,
    WarningRaised,
    push_with_retry,
)
from aicall_cli.audio.format import CALL_FORMAT, TICK_SAMPLES, Pcm
from tests.integration.agent_caller import TOKEN, serving
from tests.integration.scripts import script
from tests.integration.sound import loud_seconds, until
from tests.support.fake_output import FakeOutput
from tests.support.speech_like import speech_like

LISTENING = AgentStateChanged(AgentState.LISTENING)
_Event = TypeVar("_Event", bound=Event)


@asynccontextmanager
async def a_call(agent: str = "echo") -> AsyncIterator[tuple[Call, AsyncIterator[Stamped]]]:
    """Call a served agent; yield the call and its events."""
    async with serving(agents=(agent,)) as url:
        call = Call(CallOptions(agent_id=agent, server=url, token=TOKEN, user_id="ann"))
        told = call.events()
        async with call:
            yield call, told


async def told(events: AsyncIterator[Stamped], wanted: Event) -> None:
    """Wait until ``wanted`` is told."""
    async with asyncio.timeout(10):
        async for stamped in events:
            if stamped.event == wanted:
                return


async def next_of(events: AsyncIterator[Stamped], kind: type[_Event]) -> _Event:
    """Return the next event of ``kind``."""
    async with asyncio.timeout(10):
        while True:
            stamped = await anext(events)
            if isinstance(stamped.event, kind):
                return stamped.event


class Loudspeaker(FakeOutput):
    """Knows what it was given to play."""

    @property
    def loud(self) -> float:
        """For how long something was heard."""
        played = [pcm for _, pcm in self.written]
        return loud_seconds(np.concatenate(played)) if played else 0.0


class Sent:
    """Keeps what a call sends."""

    def __init__(self, call: Call) -> None:
        self.pcm: list[Pcm] = []
        call.session.add_tap(self)

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        self.pcm.append(pcm)

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        pass

    @property
    def loud(self) -> float:
        """For how long something was heard."""
        return loud_seconds(np.concatenate(self.pcm)) if self.pcm else 0.0


async def say(call: Call, ticks: int = 30) -> None:
    """Speak into the call; return when it is sent."""
    stream = call.add_external_audio_stream(ExternalAudioStreamConfig(48_000, 1))
    for start in range(0, ticks * TICK_SAMPLES, TICK_SAMPLES):
        pcm = speech_like(ticks)[start : start + TICK_SAMPLES]
        await push_with_retry(stream, AudioFrame(pcm[:, None], CALL_FORMAT))
    await stream.drain()
    call.remove_external_audio_stream(stream.id)


async def test_each_call_is_an_engine_of_its_own() -> None:
    async with a_call() as (one, ones), a_call() as (other, others):
        one.controls.send_text("one")
        other.controls.send_text("other")
        assert (await next_of(ones, UserSubtitleReceived)).text == "one"
        assert (await next_of(others, UserSubtitleReceived)).text == "other"


async def test_a_call_tells_who_is_in_it_and_where_it_is() -> None:
    async with a_call() as (call, events):
        assert (call.user_id, call.options.user_id) == ("ann", "ann")
        assert call.agent_user_id
        assert call.agent_info is None, "nobody started it for this call"
        assert (call.is_on_call, call.call_state) == (True, CallState.CONNECTED)
        if call.agent_state is None:
            await told(events, LISTENING)
        assert call.agent_state is AgentState.LISTENING
        call.hang_up()
        assert (call.is_on_call, call.call_state) == (False, CallState.OVER)


async def test_handlers_are_called_with_events_and_their_faults_are_warnings() -> None:
    heard: list[Event] = []

    async def later(event: UserSubtitleReceived) -> None:
        await asyncio.sleep(0)
        heard.append(event)

    def broken(event: UserSubtitleReceived) -> None:
        raise ValueError(event.text)

    async with a_call() as (call, events):
        call.on(UserSubtitleReceived, broken)
        end = call.on(UserSubtitleReceived, later)
        call.on(UserSubtitleReceived, heard.append)
        call.controls.send_text("hello")
        await next_of(events, WarningRaised)
        await until(lambda: len(heard) == 2)
        end()
        call.controls.send_text("again")
        await until(lambda: len(heard) == 3)
        assert not call.session.is_over
    assert heard[0] == heard[1]


async def test_hanging_up_ends_the_call_and_gives_everything_back() -> None:
    async with a_call() as (call, events):
        call.controls.hang_up()
        ended = await next_of(events, CallEnded)
        assert (ended.reason, call.error) == (EndReason.HUNG_UP, None)
        with pytest.raises(CommandRefused, match="not connected"):
            call.controls.send_text("hello")
    assert call.summary.ended == ended


async def test_voice_interruption_is_turned_off_and_on() -> None:
    async with a_call() as (call, events):
        for enabled in (False, True):
            call.controls.set_voice_interrupt(enabled)
            await told(events, VoiceInterruptChanged(enabled))
            assert call.controls.voice_interrupt is enabled


async def test_push_to_talk_is_turned_on_started_finished_and_cancelled() -> None:
    async with a_call() as (call, events):
        speaker = Loudspeaker()
        call.session.play_into(speaker)
        call.controls.set_push_to_talk(True)
        await told(events, PushToTalkChanged(True))
        call.controls.start_talking()
        await say(call, 15)
        call.controls.cancel_talking()
        call.controls.start_talking()
        await say(call, 15)
        call.controls.finish_talking()
        await told(events, AgentStateChanged(AgentState.SPEAKING))
        await told(events, LISTENING)
        assert 0.1 < speaker.loud < 0.5, "what was cancelled is not answered"
        with pytest.raises(CommandRefused):
            call.controls.set_voice_interrupt(False)
        call.controls.set_push_to_talk(False)
        await told(events, PushToTalkChanged(False))


async def test_a_muted_caller_is_not_heard() -> None:
    async with a_call() as (call, _):
        sent = Sent(call)
        config = ExternalAudioStreamConfig(48_000, 1)
        microphone = call.add_external_audio_stream(config, live=True)
        voice = AudioFrame(speech_like(2)[:, None], CALL_FORMAT)
        call.controls.set_muted(True)
        for _ in range(5):
            microphone.push(voice)
            await asyncio.sleep(0.04)
        assert sent.pcm
        assert sent.loud == 0
        call.controls.set_muted(False)
        microphone.push(voice)
        await until(lambda: sent.loud > 0)


@pytest.mark.parametrize("switch", ["set_agent_audio", "set_speaker"])
async def test_an_agent_that_is_not_played_still_speaks(tmp_path: Path, switch: str) -> None:
    sounds = 'after = "text"\ntone = {frequency = 400, seconds = 0.2}'
    async with a_call(script(tmp_path, sounds, sounds)) as (call, events):
        speaker = Loudspeaker()
        call.session.play_into(speaker)
        for enabled in (False, True):
            getattr(call.controls, switch)(enabled)
            call.controls.send_text("speak")
            await told(events, AgentStateChanged(AgentState.SPEAKING))
            await told(events, LISTENING)
            assert (speaker.loud > 0) is enabled


async def test_a_text_is_taken_as_if_it_were_said() -> None:
    async with a_call("assistant") as (call, events):
        call.controls.send_text("two plus two")
        assert (await next_of(events, UserSubtitleReceived)).text == "two plus two"
        answer = ""
        while not (piece := await next_of(events, AgentSubtitleReceived)).end:
            answer += piece.text
        assert "4" in answer + piece.text
        call.controls.send_text("three plus three", interrupt=False)
        assert (await next_of(events, UserSubtitleReceived)).text == "three plus three"


async def test_a_custom_message_reaches_the_server_and_one_comes_back() -> None:
    async with a_call() as (call, events):
        call.controls.send_custom_message('{"seat": 4}')
        await told(events, CustomMessageReceived({"seat": 4}))


async def test_the_state_is_asked_for() -> None:
    async with a_call() as (call, events):
        await told(events, LISTENING)
        call.controls.query_state()
        await told(events, LISTENING)


async def test_updates_reach_the_agent(tmp_path: Path) -> None:
    agent = script(
        tmp_path,
        'after = "update_llm_system_prompt"\ncustom_message = "prompt"',
        'after = "update_bailian_app_params"\ncustom_message = "params"',
        'after = "switch_voice_id"\ncustom_message = "voice"',
        'after = "update_tts_speech_rate"\ncustom_message = "rate"',
    )
    async with a_call(agent) as (call, events):
        call.controls.update_system_prompt("You are a doctor.")
        await told(events, CustomMessageReceived("prompt"))
        call.controls.update_model_studio_params({"app_id": "a"})
        await told(events, CustomMessageReceived("params"))
        call.controls.switch_voice("longxia")
        await told(events, CustomMessageReceived("voice"))
        call.controls.set_speech_rate(1.5)
        await told(events, CustomMessageReceived("rate"))
        call.controls.set_max_silence(600)


async def test_the_silence_that_ends_a_sentence_is_set() -> None:
    async with a_call() as (call, events):
        call.controls.set_max_silence(1200)
        await say(call, 15)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await told(events, AgentStateChanged(AgentState.SPEAKING))
        assert loop.time() - began > 1.0


async def test_a_voiceprint_is_used_and_cleared(tmp_path: Path) -> None:
    agent = script(
        tmp_path,
        'after = "use_voiceprint"\nsend = {type = 1008, data = {enable = true}}',
        'after = "clear_voiceprint"\nsend = {type = 1009}',
    )
    async with a_call(agent) as (call, events):
        call.controls.use_voiceprint(True)
        await told(events, VoiceprintUsingChanged(True))
        call.controls.clear_voiceprint()
        await told(events, VoiceprintCleared())


async def test_what_needs_a_picture_is_for_agents_that_see(tmp_path: Path) -> None:
    agent = script(
        tmp_path,
        'after = "start_vision_custom_capture"\nsend = {type = 1015, data = {enable = true}}',
        'after = "stop_vision_custom_capture"\nsend = {type = 1015, data = {enable = false}}',
        'after = "update_vcr_config"\nsend = {type = 1018, data = {peopleCount = {count = 2}}}',
    )
    async with a_call(agent) as (call, events):
        call.controls.start_vision_custom_capture(StartVisionCustomCapture("what is it"))
        await told(events, VisionCustomCaptureChanged(True))
        call.controls.stop_vision_custom_capture()
        await told(events, VisionCustomCaptureChanged(False))
        call.controls.update_vcr_config(VcrConfig())
        result = await next_of(events, VcrResultReceived)
        assert result.people_count is not None
