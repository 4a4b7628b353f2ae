"""The assistant's voice over real WebRTC: what its caller changes of it can be heard."""

import asyncio

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import rms
from aicall_cli.engine.commands import (
    SendCustomMessage,
    SendText,
    SwitchVoiceId,
    UpdateTtsSpeechRate,
)
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentStateChanged, VoiceIdChanged
from tests.integration.agent_caller import Caller, calling, configured, serving, subtitles
from tests.integration.sound import loud_part, loud_seconds, until

LISTENING = AgentStateChanged(AgentState.LISTENING)
TEXT = "one two three"


async def answer_to(caller: Caller, text: str) -> Pcm:
    """Return what is heard of the answer to ``text``."""
    heard, told = len(caller.heard), caller.events.count(LISTENING)
    caller.backend.send_command(SendText(text))
    await caller.until(LISTENING, times=told + 1)
    return loud_part(np.concatenate([frame.pcm for frame in caller.heard[heard:]]))


def depth(pcm: Pcm) -> float:
    """Return the share of the energy below 150 Hz: a man's voice has it, a woman's has not."""
    power = np.abs(np.fft.rfft(pcm)) ** 2
    frequencies = np.fft.rfftfreq(len(pcm), 1 / SAMPLE_RATE)
    return float(power[frequencies < 150].sum() / power.sum())


async def test_a_switched_voice_is_another_voice_and_an_unknown_one_leaves_it_as_it_is() -> None:
    async with serving(agents=("assistant",)) as url, calling(url, "assistant") as caller:
        await caller.until(LISTENING)
        mans = await answer_to(caller, TEXT)
        caller.backend.send_command(SwitchVoiceId("en-us+f3"))
        await caller.until(VoiceIdChanged("en-us+f3"))
        womans = await answer_to(caller, TEXT)
        assert depth(womans) < 0.5 * depth(mans)
        caller.backend.send_command(SwitchVoiceId("nobody"))
        await caller.until(VoiceIdChanged("en-us+f3"), times=2)
        assert depth(await answer_to(caller, TEXT)) < 0.5 * depth(mans)


async def test_a_faster_voice_is_done_sooner() -> None:
    async with serving(agents=("assistant",)) as url, calling(url, "assistant") as caller:
        await caller.until(LISTENING)
        slow = await answer_to(caller, TEXT)
        caller.backend.send_command(UpdateTtsSpeechRate(2.0))
        fast = await answer_to(caller, TEXT)
        assert loud_seconds(fast) < 0.7 * loud_seconds(slow)


async def test_a_voice_is_as_loud_as_its_caller_wants_it() -> None:
    async with (
        serving(agents=("assistant",)) as url,
        calling(url, "assistant", configured(Volume=25)) as caller,
        calling(url, "assistant", configured(Volume=50)) as other,
    ):
        for each in (caller, other):
            await each.until(LISTENING)
        quiet, louder = await asyncio.gather(answer_to(caller, TEXT), answer_to(other, TEXT))
        assert rms(louder) == pytest.approx(2 * rms(quiet), rel=0.2)


async def test_a_word_is_spoken_as_its_rule_says_and_shown_as_it_is_written() -> None:
    rules = [{"Word": "one", "Pronunciation": "one by one"}]
    options = configured(TtsConfig={"PronunciationRules": rules})
    async with (
        serving(agents=("assistant",)) as url,
        calling(url, "assistant") as plain,
        calling(url, "assistant", options) as caller,
    ):
        for each in (plain, caller):
            await each.until(LISTENING)
        written, spoken = await asyncio.gather(*(answer_to(it, "one") for it in (plain, caller)))
        assert len(spoken) > 1.2 * len(written)
        assert subtitles(caller) == subtitles(plain) == "You said: one."


async def test_a_custom_message_reaches_the_servers_log(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(agents=("assistant",)) as url, calling(url, "assistant") as caller:
        await caller.until(LISTENING)
        caller.backend.send_command(SendCustomMessage('{"order": 7}'))
        await until(lambda: 'no server but this log: {"order": 7}' in caplog.text)
