import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

import numpy as np
import pytest

from aicall_cli.agent.script import DIED_STATUS, ScriptAgent
from aicall_cli.agent.script_file import parse_script
from aicall_cli.agent.turn_actions import AgentCommand
from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.engine.commands import (
    ClearVoiceprint,
    SendCustomMessage,
    StartVisionCustomCapture,
    StopVisionCustomCapture,
    SwitchVoiceId,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
    UseVoiceprint,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentSubtitleReceived,
    AgentWillLeave,
    CustomMessageReceived,
    SpeakingInterrupted,
    UserSubtitleReceived,
    VoiceprintUsingChanged,
    snake_case,
)
from aicall_cli.speech.synthesiser import SpeechChunk, Synthesiser, WordMark
from tests.agent.conversation import FakeConversation


class OneSecondVoice:
    """Speaks any text in two chunks of half a second; its first word is in the second one."""

    open_voices = 0
    rate = 1.0
    name = "one second"

    async def open(self) -> None:
        OneSecondVoice.open_voices += 1

    async def synthesise(self, text: str) -> AsyncGenerator[SpeechChunk, None]:
        pcm = np.full(SAMPLE_RATE // 2, 3000, np.int16)
        yield SpeechChunk(pcm, ())
        yield SpeechChunk(pcm, (WordMark(0.25, 0, 3),))

    async def close(self) -> None:
        OneSecondVoice.open_voices -= 1


def make_voice() -> Synthesiser:
    return OneSecondVoice()


@asynccontextmanager
async def playing(
    *steps: Mapping[str, object],
) -> AsyncIterator[tuple[FakeConversation, ScriptAgent]]:
    """Play a script of ``steps`` until the block ends."""
    conversation = FakeConversation()
    script = parse_script({"step": [dict(step) for step in steps]})
    agent = ScriptAgent(conversation, script, make_voice)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(agent.run())
        await asyncio.sleep(0)
        yield conversation, agent
        task.cancel()


async def test_steps_are_done_exactly_when_they_are_due() -> None:
    loop = asyncio.get_running_loop()
    async with playing(
        {"after": "call_begin", "delay_ms": 250, "state": "thinking"},
        {"delay_ms": 100, "state": "speaking"},
    ) as (conversation, agent):
        await asyncio.sleep(1)
        assert conversation.did == []
        agent.call_begun()
        began = loop.time()
        await asyncio.sleep(0.2499)
        assert conversation.did == []
        await asyncio.sleep(0.0002)
        assert conversation.states == [AgentState.THINKING]
        await asyncio.sleep(0.0997)
        assert conversation.states == [AgentState.THINKING]
        await asyncio.sleep(0.0004)
        assert conversation.states == [AgentState.THINKING, AgentState.SPEAKING]
        assert loop.time() == pytest.approx(began + 0.3502)


async def test_a_delay_counts_from_what_is_waited_for_even_if_that_was_long_ago() -> None:
    async with playing(
        {"after": "utterance", "delay_ms": 2000, "state": "thinking"},
        {"after": "utterance", "delay_ms": 1500, "state": "speaking"},
    ) as (conversation, agent):
        agent.utterance_ended(0.0)
        await asyncio.sleep(1)
        agent.utterance_ended(0.0)
        await asyncio.sleep(1.49)
        assert conversation.states == [AgentState.THINKING]
        await asyncio.sleep(0.02)
        assert conversation.states == [AgentState.THINKING, AgentState.SPEAKING]


async def test_each_trigger_sets_off_the_step_that_waits_for_it() -> None:
    triggers = ("call_begin", "utterance", "text", "reply", "interrupt", "custom_message")
    async with playing(*({"after": name, "subtitle": name} for name in triggers)) as playing_now:
        conversation, agent = playing_now
        agent.reply_finished()  # too early: forgotten when the next is waited for
        agent.call_begun()
        agent.utterance_begun(3)
        agent.utterance_heard(np.zeros(960, np.int16))
        agent.utterance_ended(0.4)
        agent.utterance_discarded()
        agent.text_received(4, "typed")
        await asyncio.sleep(0)
        agent.reply_finished()
        agent.reply_stopped()
        assert agent.obey(SendCustomMessage("{}")) is None
        await asyncio.sleep(0.1)
        assert conversation.did == [AgentSubtitleReceived(name, True, 4) for name in triggers]


@pytest.mark.parametrize(
    "command",
    [
        SwitchVoiceId("v2"),
        UpdateTtsSpeechRate(1.5),
        UpdateLlmSystemPrompt("Be brief."),
        UpdateBailianAppParams({}),
        UpdateVcrConfig({}),
        UseVoiceprint(True),
        ClearVoiceprint(),
        StartVisionCustomCapture(),
        StopVisionCustomCapture(),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_each_command_that_is_the_agents_own_matter_sets_off_a_step(
    command: AgentCommand,
) -> None:
    name = snake_case(type(command).__name__)
    async with playing({"after": name, "send": {"type": 1008, "data": {"enable": True}}}) as (
        conversation,
        agent,
    ):
        assert not agent.refuses
        assert agent.obey(command) is None
        await asyncio.sleep(0.02)
        assert conversation.did == [VoiceprintUsingChanged(True)]


async def test_a_custom_message_is_sent_as_the_applications_server_would() -> None:
    async with playing({"custom_message": "{}"}) as (conversation, _):
        await asyncio.sleep(0)
        assert conversation.did == [CustomMessageReceived("{}")]


async def test_a_tone_is_spoken_with_its_pieces_spread() -> None:
    async with playing(
        {"tone": {"frequency": 500, "seconds": 0.2, "level_dbfs": -6}, "subtitle": ["a", "b"]},
        {"after": "reply", "state": "thinking"},
    ) as (conversation, agent):
        await asyncio.sleep(0.01)
        first = conversation.spoken(5)
        assert conversation.did[-1] == AgentSubtitleReceived("a", False, 0)
        second = conversation.spoken(6)
        assert AgentSubtitleReceived("b", True, 0) in conversation.did
        heard = np.concatenate((first, second))
        assert np.abs(heard).max() == pytest.approx(32767 / 2, rel=0.01)
        assert not heard[9_600:].any()
        agent.reply_finished()
        await asyncio.sleep(0.01)
        assert conversation.states[-1] is AgentState.THINKING


async def test_silence_is_spoken_too() -> None:
    async with playing({"silence": 0.04}) as (conversation, _):
        await asyncio.sleep(0.01)
        assert not conversation.spoken(3).any()
        assert conversation.states == [
            AgentState.THINKING,
            AgentState.SPEAKING,
            AgentState.LISTENING,
        ]


async def test_a_text_is_spoken_with_its_words() -> None:
    async with playing({"say": "One two."}) as (conversation, _):
        await asyncio.sleep(0.01)
        assert OneSecondVoice.open_voices == 0
        assert (conversation.spoken(50) == 3000).all()
        pieces = [e for e in conversation.did if isinstance(e, AgentSubtitleReceived)]
        assert pieces == [
            AgentSubtitleReceived("One", False, 0),
            AgentSubtitleReceived(" two.", True, 0),
        ]


async def test_a_text_may_have_other_pieces_than_its_words() -> None:
    async with playing({"say": "One two.", "subtitle": ["x", "y"]}) as (conversation, _):
        await asyncio.sleep(0.01)
        conversation.spoken(51)
        assert conversation.agent_text == "xy"


async def test_what_is_too_much_to_be_spoken_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with playing(*[{"silence": 1.0}] * 17, *[{"silence": 120.0}] * 2) as (conversation, _):
        await asyncio.sleep(0.01)
        assert conversation.voice.refused == 3
    assert caplog.text.count("too much waits") == 3


async def test_everything_else_that_a_script_does() -> None:
    async with playing(
        {"subtitle": ["now ", "this"]},
        {"user_subtitle": "heard"},
        {"interrupted": 2},
        {"error": 4005},
        {"leave": 2001, "message": "idle"},
        {"bye": "so long"},
        {"send_raw": "x"},
        {"send_raw_hex": "00", "channel": "signaling"},
        {"go_silent": True},
        {"close": True},
    ) as (conversation, _):
        await asyncio.sleep(0.01)
        assert conversation.did == [
            AgentSubtitleReceived("now ", False, 0),
            AgentSubtitleReceived("this", True, 0),
            UserSubtitleReceived("heard", True, 0),
            SpeakingInterrupted(InterruptedReason.BY_VOICE),
            AgentErrorOccurred(4005),
            AgentWillLeave(LeaveReason.IDLE, "idle"),
            ("end", "so long"),
            ("data channel", "x"),
            ("signaling", b"\x00"),
            "media stopped",
            "vanished",
        ]


async def test_dying_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses: list[int] = []
    monkeypatch.setattr(os, "_exit", statuses.append)
    async with playing({"die": True}):
        await asyncio.sleep(0.01)
    assert statuses == [DIED_STATUS]


async def test_a_flood_of_triggers_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    async with playing({"after": "text", "delay_ms": 1000, "state": "thinking"}) as (_, agent):
        for _ in range(1001):
            agent.utterance_ended(0.0)
    assert "set off too often" in caplog.text


async def test_a_script_ends_where_a_person_takes_over() -> None:
    async with playing({"delay_ms": 100, "state": "thinking"}) as (conversation, agent):
        agent.hand_over()
        assert agent.new_recogniser() is None
        await asyncio.sleep(1)
        assert conversation.did == []
