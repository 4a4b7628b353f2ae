import asyncio
import itertools

import numpy as np
import pytest

from aicall_cli.agent.agent_call import LEAVE_GRACE_SECONDS, AgentCall
from aicall_cli.agent.base import Conversation
from aicall_cli.agent.call_ending import Ending
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
    StopAgent,
    SwitchVoiceId,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    CustomMessageReceived,
    PushToTalkChanged,
    SpeakingInterrupted,
)
from aicall_cli.errors import RemoteProtocolError
from tests.agent.fake_peer import FakePeer, running_call
from tests.support.speech_like import correlation, speech_like

LISTENING = AgentStateChanged(AgentState.LISTENING)
THINKING = AgentStateChanged(AgentState.THINKING)
SPEAKING = AgentStateChanged(AgentState.SPEAKING)

NO_INTERRUPTION = TurnSettings(voice_interrupt=False)


class Talker(EchoAgent):
    """Speaks for ten seconds as soon as the call begins; otherwise an echo."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._talk = conversation.voice
        self.stops = 0

    def call_begun(self) -> None:
        speech = self._talk.open(0)
        assert speech is not None
        self._talk.append(speech, np.full(480_000, 5000, np.int16))
        speech.close()

    def reply_stopped(self) -> None:
        self.stops += 1


class Faulty(EchoAgent):
    """Has a fault that shows when the caller types."""

    def text_received(self, sentence_id: int, text: str) -> None:
        raise ZeroDivisionError(text)


def spoken_part(peer: FakePeer) -> Pcm:
    """What was sent from the first to the last sample that is not silence."""
    heard = peer.heard
    (loud,) = np.nonzero(heard)
    return heard[loud[0] : loud[-1] + 1]


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
