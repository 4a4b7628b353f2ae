"""The agents over real WebRTC: what they hear, say and do."""

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.level import dbfs, rms
from aicall_cli.audio.resampler import resample
from aicall_cli.engine.commands import (
    EnablePushToTalk,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    SendText,
    StartPushToTalk,
    StopAgent,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    MessageIgnored,
    PushToTalkChanged,
    SpeakingInterrupted,
    UserSubtitleReceived,
)
from aicall_cli.errors import ConnectionLostError, UsageError
from aicall_cli.speech.voice_detector import VoiceDetector, VoiceStarted
from tests.integration.agent_caller import aligned_correlation, calling, seconds, serving
from tests.support.speech_like import speech_like

GOFORWARD = Path(__file__).parents[2] / "recordings" / "samples" / "goforward.wav"
LISTENING = AgentStateChanged(AgentState.LISTENING)
SPEAKING = AgentStateChanged(AgentState.SPEAKING)


def recording() -> Pcm:
    """Return the shipped recording, 48 kHz."""
    with wave.open(str(GOFORWARD)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return resample(pcm.reshape(-1, 1), AudioFormat(file.getframerate(), 1))


def onset_of(pcm: Pcm) -> int:
    """Return the sample at which speech begins, as the voice detector has it."""
    (started, *_) = VoiceDetector().process(pcm, 0.0)
    assert isinstance(started, VoiceStarted)
    return round(started.at * SAMPLE_RATE)


def script(folder: Path, text: str) -> str:
    path = folder / "script.toml"
    path.write_text(text)
    return f"script:{path}"


async def test_echo_gives_a_recording_back() -> None:
    said = recording()
    async with serving(agents=("echo",)) as url, calling(url) as caller:
        await caller.until(LISTENING)
        caller.say(said)
        await caller.until(LISTENING, times=2)
        await asyncio.sleep(0.1)
        assert caller.states == [
            AgentState.LISTENING,
            AgentState.THINKING,
            AgentState.SPEAKING,
            AgentState.LISTENING,
        ]
        # From 300 ms before the detected onset to a little after the last word; two codecs.
        spoken = said[onset_of(said) - 4_800 : onset_of(said) + 86_400]
        assert aligned_correlation(caller.agent_audio, spoken) > 0.9


async def test_the_assistant_understands_and_answers_aloud() -> None:
    async with serving(agents=("assistant",)) as url, calling(url, "assistant") as caller:
        await caller.until(LISTENING)
        caller.say(recording())
        assert await caller.until_final_subtitle() == "go forward ten meters"
        await caller.until(LISTENING, times=2)
        partials = [e for e in caller.events if isinstance(e, UserSubtitleReceived)][:-1]
        assert len(partials) > 2
        assert not any(partial.end for partial in partials)
        pieces = [e for e in caller.events if isinstance(e, AgentSubtitleReceived)]
        assert "go forward ten meters" in "".join(piece.text for piece in pieces)
        assert [piece.end for piece in pieces].index(True) == len(pieces) - 1
        loud = [frame for frame in caller.heard if dbfs(rms(frame.pcm)) > -40]
        assert seconds(sum(len(frame.pcm) for frame in loud)) > 1.0


async def test_agent_subtitles_come_as_they_are_spoken() -> None:
    async with serving(agents=("assistant",)) as url, calling(url, "assistant") as caller:
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("one two three four five six seven"))
        await caller.until(LISTENING, times=2)
        came = [n.position for n in caller.noted if isinstance(n.event, AgentSubtitleReceived)]
        assert seconds(came[-1] - came[0]) > 1.0
        spoken_until = max(caller.loudest_positions)
        assert seconds(abs(spoken_until - came[-1])) < 1.5


async def test_an_unknown_voice_or_language_is_refused_before_the_call() -> None:
    async with serving(agents=("assistant",)) as url:
        for options in ({"voice": "klingon-77"}, {"language": "de"}):
            with pytest.raises(UsageError):
                async with calling(url, "assistant", options):
                    pass
        async with calling(url, "assistant", {"voice": "en-gb", "language": "en"}) as caller:
            await caller.until(LISTENING)


LONG_TONE = """
voice_interrupt = true
[[step]]
after = "call_begin"
tone = {frequency = 300, seconds = 30}
subtitle = ["la", " la"]
"""


async def test_the_callers_voice_stops_the_agent_within_200_ms(tmp_path: Path) -> None:
    agent = script(tmp_path, LONG_TONE)
    said = recording()
    async with serving(agents=(agent,)) as url, calling(url, agent) as caller:
        await caller.until(SPEAKING)
        await asyncio.sleep(0.3)
        onset = caller.say(said) + onset_of(said)
        await caller.until(SpeakingInterrupted(InterruptedReason.BY_VOICE))
        await asyncio.sleep(0.5)
        # On the caller's media axis, so that a machine that is late is late for both.
        assert seconds(max(caller.loudest_positions) - onset) <= 0.2
        assert caller.states[-1] is AgentState.LISTENING
        assert AgentSubtitleReceived("", True, 0) in caller.events


async def test_a_command_stops_the_agent_too(tmp_path: Path) -> None:
    agent = script(tmp_path, LONG_TONE)
    async with serving(agents=(agent,)) as url, calling(url, agent) as caller:
        await caller.until(SPEAKING)
        caller.backend.send_command(InterruptSpeaking())
        await caller.until(SpeakingInterrupted(InterruptedReason.BY_INTERRUPT_SPEAKING))
        await caller.until(LISTENING, times=2)


async def test_push_to_talk_takes_what_is_between_the_keys() -> None:
    async with serving() as url, calling(url) as caller:
        await caller.until(LISTENING)
        caller.backend.send_command(EnablePushToTalk(True))
        await caller.until(PushToTalkChanged(True))
        caller.say(speech_like(40))
        await asyncio.sleep(1.5)
        assert SPEAKING not in caller.events
        caller.backend.send_command(StartPushToTalk())
        caller.say(speech_like(40))
        await asyncio.sleep(0.8)
        caller.backend.send_command(FinishPushToTalk())
        await caller.until(SPEAKING)
        await caller.until(LISTENING, times=2)
        caller.backend.send_command(QueryAgentState())
        await caller.until(LISTENING, times=3)


async def test_two_callers_have_their_own_agents() -> None:
    async with serving(agents=("echo",)) as url, calling(url) as one, calling(url) as other:
        await one.until(LISTENING)
        await other.until(LISTENING)
        one.say(speech_like(40))
        other.backend.send_command(SendText("hello"))
        await one.until(LISTENING, times=2)
        await other.until(AgentSubtitleReceived("hello", True, 1))
        assert other.states == [AgentState.LISTENING]
        assert one.loudest_positions
        assert not other.loudest_positions


async def test_stopping_the_agent_ends_the_call_in_good_order() -> None:
    async with serving() as url, calling(url) as caller:
        await caller.until(LISTENING)
        caller.backend.send_command(StopAgent())
        async with asyncio.timeout(5):
            await caller.backend.watch()


async def test_an_idle_caller_is_told_and_left() -> None:
    async with serving() as url, calling(url, options={"idle_timeout": 0.5}) as caller:
        told = AgentWillLeave(LeaveReason.IDLE, "nothing was said for 0.5 s")
        await caller.until(told)
        async with asyncio.timeout(5):
            await caller.backend.watch()


async def test_a_script_says_what_it_says_when_it_says_it(tmp_path: Path) -> None:
    agent = script(
        tmp_path,
        """
        [[step]]
        after = "call_begin"
        delay_ms = 100
        say = "Hello there."
        [[step]]
        after = "utterance"
        user_subtitle = "anything"
        [[step]]
        error = 4005
        [[step]]
        leave = 0
        message = "that is all"
        """,
    )
    async with serving(agents=(agent,)) as url, calling(url, agent) as caller:
        await caller.until(SPEAKING)
        await caller.until(LISTENING, times=2)
        texts = [e.text for e in caller.events if isinstance(e, AgentSubtitleReceived)]
        assert "".join(texts) == "Hello there."
        caller.say(speech_like(40))
        await caller.until(AgentWillLeave(LeaveReason.OTHER, "that is all"))
        assert UserSubtitleReceived("anything", True, 1) in caller.events
        assert AgentErrorOccurred(4005) in caller.events
        async with asyncio.timeout(5):
            await caller.backend.watch()


async def test_a_script_can_send_garbage_on_both_channels(tmp_path: Path) -> None:
    agent = script(
        tmp_path,
        """
        [[step]]
        after = "call_begin"
        send_raw = "garbage"
        [[step]]
        send_raw_hex = "ff 00"
        [[step]]
        after = "text"
        send_raw = "garbage"
        channel = "signaling"
        [[step]]
        bye = "enough"
        delay_ms = 100
        """,
    )
    async with serving(agents=(agent,)) as url, calling(url, agent) as caller:
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(caller.backend.watch())
            await caller.until(LISTENING)
            caller.backend.send_command(SendText("go on"))
            await watch
        ignored = [event for event in caller.events if isinstance(event, MessageIgnored)]
        assert len(ignored) == 3


@pytest.mark.parametrize("deed", ["go_silent", "close"])
async def test_a_script_can_vanish(tmp_path: Path, deed: str) -> None:
    agent = script(tmp_path, f'[[step]]\nafter = "call_begin"\n{deed} = true')
    async with serving(agents=(agent,)) as url, calling(url, agent, media_timeout=0.5) as caller:
        with pytest.raises(ExceptionGroup) as caught:
            async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
                tasks.create_task(caller.backend.watch())
        assert caught.group_contains(ConnectionLostError)
