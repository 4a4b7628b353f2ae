"""Who speaks when, over real WebRTC: the settings of turns, and each reason of an interruption."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import Pcm
from aicall_cli.engine.commands import SendText
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import AgentStateChanged, SpeakingInterrupted
from tests.integration.agent_caller import calling, seconds, serving
from tests.integration.scripts import script
from tests.support.speech_like import speech_like

LISTENING = AgentStateChanged(AgentState.LISTENING)
SPEAKING = AgentStateChanged(AgentState.SPEAKING)
BY_VOICE = SpeakingInterrupted(InterruptedReason.BY_VOICE)
TALKS = 'after = "call_begin"\ntone = {frequency = 300, seconds = 30}'
TALKS_BRIEFLY = 'after = "call_begin"\ntone = {frequency = 300, seconds = 1.5}'
ANSWERS = 'after = "utterance"\nuser_subtitle = "heard"'


async def test_a_voice_interrupts_only_once_it_has_lasted_for_vad_duration(tmp_path: Path) -> None:
    agent = script(tmp_path, TALKS)
    options = {"voice_interrupt": True, "vad_duration_ms": 800}
    async with serving(agents=(agent,)) as url, calling(url, agent, options) as caller:
        await caller.until(SPEAKING)
        caller.say(speech_like(25))  # half a second
        await asyncio.sleep(1.0)
        assert BY_VOICE not in caller.events
        began = caller.say(speech_like(75))
        await caller.until(BY_VOICE)
        (interrupted,) = [noted for noted in caller.noted if noted.event == BY_VOICE]
        assert seconds(interrupted.position - began) >= 0.8


@pytest.mark.parametrize(("level", "counts"), [(1, True), (10, False)])
async def test_a_faint_voice_counts_at_a_low_vad_level_only(level: int, counts: bool) -> None:
    faint: Pcm = (speech_like(40) // 16).astype(np.int16)
    options = {"vad_level": level}
    async with serving(agents=("echo",)) as url, calling(url, options=options) as caller:
        await caller.until(LISTENING)
        caller.say(faint)
        await asyncio.sleep(1.6)
        assert (SPEAKING in caller.events) is counts


@pytest.mark.parametrize(("mode", "answered"), [("cache", True), ("discard", False)])
async def test_what_is_said_over_an_agent_that_may_not_be_interrupted_is_kept_or_dropped(
    tmp_path: Path, mode: str, answered: bool
) -> None:
    agent = script(tmp_path, TALKS_BRIEFLY, ANSWERS)
    options: dict[str, str | bool] = {"voice_interrupt": False, "no_interrupt_mode": mode}
    async with serving(agents=(agent,)) as url, calling(url, agent, options) as caller:
        await caller.until(SPEAKING)
        caller.say(speech_like(25))
        await caller.until(LISTENING, times=2)
        await asyncio.sleep(0.2)
        assert BY_VOICE not in caller.events
        assert bool(caller.user_texts) is answered


async def test_a_typed_text_interrupts_with_a_reason_of_its_own(tmp_path: Path) -> None:
    agent = script(tmp_path, TALKS)
    async with serving(agents=(agent,)) as url, calling(url, agent) as caller:
        await caller.until(SPEAKING)
        caller.backend.send_command(SendText("wait", enable_interrupt=False))
        caller.backend.send_command(SendText("stop", enable_interrupt=True))
        await caller.until(SpeakingInterrupted(InterruptedReason.BY_LLM_QUERY))
        await caller.until(LISTENING, times=2)
