import asyncio
import itertools

import numpy as np
import pytest

from aicall_cli.agent.caller_audio import MEDIA_BURST_SECONDS, MEDIA_SPEED
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.engine.commands import (
    CancelPushToTalk,
    EnablePushToTalk,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    SendCustomMessage,
    SendText,
    StartPushToTalk,
    SwitchVoiceId,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    CustomMessageReceived,
    PushToTalkChanged,
    SpeakingInterrupted,
)
from tests.agent.fake_peer import running_call
from tests.agent.talker import Talker, spoken_part
from tests.support.speech_like import correlation, speech_like

LISTENING = AgentStateChanged(AgentState.LISTENING)
THINKING = AgentStateChanged(AgentState.THINKING)
SPEAKING = AgentStateChanged(AgentState.SPEAKING)

NO_INTERRUPTION = TurnSettings(voice_interrupt=False)


async def test_the_caller_is_told_the_state_when_the_channel_opens() -> None:
    async with running_call(EchoAgent) as running:
        assert running.peer.events == [LISTENING]


async def test_an_utterance_is_answered_after_the_silence_that_ends_it() -> None:
    speech = speech_like(75)
    async with running_call(EchoAgent, NO_INTERRUPTION) as running:
        await running.peer.be_silent(0.5)
        await running.peer.say(speech)
        ended = asyncio.get_running_loop().time()
        await running.peer.be_silent(3)
        assert running.peer.events == [LISTENING, THINKING, SPEAKING, LISTENING]
        first_loud = next(at for at, _, pcm in running.peer.audio if pcm.any())
        # 400 ms of silence, then the pre-roll of 300 ms, which was silent here.
        assert 0.65 <= first_loud - ended <= 0.75
        echoed = spoken_part(running.peer)
        assert correlation(echoed, speech) > 0.99


async def test_silence_and_rtp_time_never_stop() -> None:
    async with running_call(EchoAgent) as running:
        await asyncio.sleep(1.0)
        stamps = [stamp for _, stamp, _ in running.peer.audio]
        assert len(stamps) in (50, 51)
        assert {b - a for a, b in itertools.pairwise(stamps)} == {960}


async def test_a_stall_moves_rtp_time_on() -> None:
    async with running_call(EchoAgent) as running:
        await asyncio.sleep(0.1)
        before = len(running.peer.audio)
        running.skew += 1.0
        await asyncio.sleep(0.1)
        stamps = [stamp for _, stamp, _ in running.peer.audio[before - 1 :]]
        skipped, *rest = [b - a for a, b in itertools.pairwise(stamps)]
        assert 46 * 960 <= skipped <= 50 * 960
        assert set(rest) == {960}


async def test_the_callers_voice_stops_the_agent_within_200_ms() -> None:
    async with running_call(Talker) as running:
        await running.peer.be_silent(1.0)
        began = asyncio.get_running_loop().time()
        await running.peer.say(speech_like(25))
        last_loud = max(at for at, _, pcm in running.peer.audio if pcm.any())
        assert last_loud + 0.02 - began <= 0.2
        assert running.peer.events == [
            LISTENING,
            THINKING,
            SPEAKING,
            SpeakingInterrupted(InterruptedReason.BY_VOICE),
            LISTENING,
        ]


async def test_a_manual_interruption_stops_it_with_its_own_reason() -> None:
    async with running_call(Talker) as running:
        await asyncio.sleep(1.0)
        running.peer.command(InterruptSpeaking())
        assert running.peer.events[-2:] == [
            SpeakingInterrupted(InterruptedReason.BY_INTERRUPT_SPEAKING),
            LISTENING,
        ]
        spoken = len(spoken_part(running.peer))
        await asyncio.sleep(1.0)
        assert len(spoken_part(running.peer)) - spoken <= SAMPLE_RATE // 100


async def test_a_word_stops_only_what_is_heard_with_its_own_reason() -> None:
    async with running_call(Talker, NO_INTERRUPTION) as running:
        assert not running.call.interrupt_by_words()
        await asyncio.sleep(1.0)
        assert running.call.interrupt_by_words()
        assert running.peer.events[-2:] == [
            SpeakingInterrupted(InterruptedReason.BY_WORDS),
            LISTENING,
        ]
        assert not running.call.interrupt_by_words()


async def test_an_answer_that_was_not_heard_yet_is_given_up_silently() -> None:
    class Thinker(Talker):
        def call_begun(self) -> None:
            self._talk.open(0)

    async with running_call(Thinker) as running:
        await asyncio.sleep(0.1)
        running.peer.command(InterruptSpeaking())
        assert running.peer.events == [LISTENING, THINKING, LISTENING]


async def test_under_push_to_talk_the_keys_cut_the_utterance() -> None:
    async with running_call(EchoAgent, NO_INTERRUPTION) as running:
        peer = running.peer
        peer.command(EnablePushToTalk(True))
        await peer.say(speech_like(50))  # nobody listens
        await peer.be_silent(1.0)
        assert not peer.heard.any()
        peer.command(StartPushToTalk())
        await peer.say(np.full(48_000, 1234, np.int16))
        peer.command(FinishPushToTalk())
        await peer.say(np.full(4_800, 4321, np.int16))
        await peer.be_silent(2.0)
        echoed = spoken_part(peer)
        assert (echoed == 1234).sum() == 48_000
        assert (echoed == 4321).sum() in (2_880, 3_840)  # 60 ms, by whole ticks
        assert PushToTalkChanged(True) in peer.events


async def test_a_cancelled_key_is_not_answered() -> None:
    async with running_call(EchoAgent, TurnSettings(push_to_talk=True)) as running:
        assert PushToTalkChanged(True) in running.peer.events
        running.peer.command(StartPushToTalk())
        await running.peer.say(speech_like(25))
        running.peer.command(CancelPushToTalk())
        await running.peer.be_silent(1.0)
        assert not running.peer.heard.any()


async def test_speech_without_end_is_answered_in_parts_that_join() -> None:
    heard: list[Pcm] = []

    class Listener(EchoAgent):
        def utterance_heard(self, pcm: Pcm) -> None:
            heard.append(pcm)

        def utterance_ended(self, silence: float) -> None:
            ends.append(sum(map(len, heard)))

    ends: list[int] = []
    settings = TurnSettings(push_to_talk=True, idle_timeout=1000.0)
    async with running_call(Listener, settings) as running:
        running.peer.command(StartPushToTalk())
        said = (np.arange(70 * SAMPLE_RATE) % 30_011).astype(np.int16)
        await running.peer.say(said)
        running.peer.command(FinishPushToTalk())
        await running.peer.be_silent(0.2)
    assert len(ends) == 2
    assert 59 < ends[0] / SAMPLE_RATE < 61
    assert np.array_equal(np.concatenate(heard)[: len(said)], said)


async def test_audio_that_comes_faster_than_time_is_bounded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    samples = 0

    class Counting(EchoAgent):
        def utterance_heard(self, pcm: Pcm) -> None:
            nonlocal samples
            samples += len(pcm)

    async with running_call(Counting, TurnSettings(push_to_talk=True)) as running:
        running.peer.command(StartPushToTalk())
        for _ in range(100):
            for _ in range(100):
                running.peer.hand_in(np.ones(960, np.int16))
            await asyncio.sleep(0.01)
    assert samples / SAMPLE_RATE <= MEDIA_BURST_SECONDS + 1.0 * MEDIA_SPEED
    assert caplog.text.count("audio comes too fast") == 1


async def test_a_caller_whose_packets_stop_has_finished_speaking() -> None:
    async with running_call(EchoAgent, NO_INTERRUPTION) as running:
        await running.peer.say(speech_like(50))
        await asyncio.sleep(1.5)  # not even silence comes
        assert running.peer.events[:3] == [LISTENING, THINKING, SPEAKING]


async def test_what_comes_late_of_a_voice_belongs_to_what_it_says() -> None:
    speech = speech_like(100)
    half = len(speech) // 2
    for stall in (0.3, 0.5):
        async with running_call(EchoAgent, NO_INTERRUPTION) as running:
            await running.peer.be_silent(0.5)
            await running.peer.say(speech[:half])
            await asyncio.sleep(stall)  # the network is slow
            await running.peer.say(speech[half:])
            await running.peer.be_silent(4)
        echoed = running.peer.heard
        loud = np.count_nonzero(np.abs(echoed) > 300) / np.count_nonzero(np.abs(speech) > 300)
        assert loud > 0.95, stall


async def test_a_typed_text_and_a_query_are_answered() -> None:
    async with running_call(EchoAgent) as running:
        running.peer.command(SendText("hello"))
        running.peer.command(QueryAgentState())
        assert running.peer.events[-2:] == [AgentSubtitleReceived("hello", True, 1), LISTENING]


async def test_a_custom_message_comes_back_from_an_echo_and_nothing_else_is_its_matter(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running_call(EchoAgent) as running:
        running.peer.command(SendCustomMessage('{"a": [1]}'))
        running.peer.command(SendCustomMessage("no JSON"))
        running.peer.command(SwitchVoiceId("v2"))
        assert running.peer.events[1:] == [
            CustomMessageReceived({"a": [1]}),
            CustomMessageReceived("no JSON"),
        ]
        assert running.call.refuses == (
            "clear_voiceprint",
            "request_rtc_token",
            "start_vision_custom_capture",
            "stop_vision_custom_capture",
            "switch_voice_id",
            "update_bailian_app_params",
            "update_llm_system_prompt",
            "update_tts_speech_rate",
            "update_vcr_config",
            "use_voiceprint",
        )
    assert "switch_voice_id, which this agent does not know how to do" in caplog.text


async def test_what_cannot_be_used_is_counted_and_the_call_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running_call(EchoAgent) as running:
        running.peer.handlers.on_message("garbage")
        running.peer.handlers.on_message(b"\xff")
        running.peer.command(StartPushToTalk())
        running.peer.command(QueryAgentState())
        assert running.peer.events == [LISTENING, LISTENING]
    assert caplog.text.count("is ignored") == 3
    assert running.reason == "the test is over"
