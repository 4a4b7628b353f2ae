"""What a person who takes over is connected with; both calls together are in test_reception."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.takeover import Takeover
from aicall_cli.agent.takeover_agent import TakeoverAgent
from aicall_cli.agent.voice_output import MAX_SPEECHES
from aicall_cli.engine.commands import InterruptSpeaking, SendCustomMessage, SendText
from aicall_cli.engine.enums import TakeoverMode
from aicall_cli.engine.events import AgentErrorOccurred, UserSubtitleReceived
from tests.agent.conversation import FakeConversation
from tests.agent.fake_peer import RunningCall, running_call
from tests.agent.speech_parts import FakeRecogniser
from tests.agent.test_call_operations import Speaker


@asynccontextmanager
async def taking_over(
    recogniser: FakeRecogniser | None,
) -> AsyncIterator[tuple[FakeConversation, TakeoverAgent, RunningCall]]:
    """Connect a person with the caller of an agent that says anything."""
    conversation = FakeConversation()
    async with running_call(Speaker) as running, asyncio.TaskGroup() as tasks:
        takeover = Takeover(running.call, "bob", TakeoverMode.AGENT_VOICE)
        agent = TakeoverAgent(conversation, takeover, recogniser)
        work = tasks.create_task(agent.run())
        await asyncio.sleep(0)
        agent.call_begun()
        yield conversation, agent, running
        work.cancel()


def utter(agent: TakeoverAgent, sentence_id: int) -> None:
    agent.utterance_begun(sentence_id)
    agent.utterance_heard(np.ones(960, np.int16))
    agent.utterance_ended(0.4)


async def test_what_is_said_and_typed_is_shown_and_spoken() -> None:
    async with taking_over(FakeRecogniser("one", "")) as (conversation, agent, running):
        utter(agent, 1)
        await asyncio.sleep(0.5)
        agent.text_received(2, "two")
        agent.utterance_begun(3)
        agent.utterance_discarded()
        utter(agent, 4)
        await asyncio.sleep(0.5)
        assert conversation.did == [
            UserSubtitleReceived("one", True, 1),
            UserSubtitleReceived("two", True, 2),
            UserSubtitleReceived("", True, 3),
            UserSubtitleReceived("", True, 4),
        ]
        agent.reply_stopped()
        agent.reply_finished()
        assert running.call.voice.waiting_seconds > 2


async def test_what_cannot_be_spoken_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with taking_over(FakeRecogniser()) as (_, agent, running):
        for number in range(MAX_SPEECHES + 1):
            agent.text_received(number, "and so on")
        assert "are not spoken" in caplog.text
        assert running.call.voice.waiting_seconds > 2


async def test_a_recogniser_that_fails_ends_the_takeover() -> None:
    async with taking_over(FakeRecogniser("fail")) as (conversation, agent, _):
        utter(agent, 1)
        await asyncio.sleep(0.5)
        assert AgentErrorOccurred(4005) in conversation.did


async def test_in_the_own_voice_nothing_is_recognised() -> None:
    async with taking_over(None) as (conversation, agent, _):
        utter(agent, 1)
        agent.utterance_begun(2)
        agent.utterance_discarded()
        await asyncio.sleep(1)
        assert conversation.did == []


async def test_it_is_no_agent() -> None:
    async with taking_over(None) as (_, agent, _):
        assert not agent.speaks
        assert not agent.speak(1, "x")
        agent.hand_over()
        assert agent.new_recogniser() is None
        assert agent.obey(SendCustomMessage("x")) is not None
        assert InterruptSpeaking in agent.refuses
        assert SendText not in agent.refuses
    async with running_call(EchoAgent) as running:
        takeover = Takeover(running.call, "bob", TakeoverMode.HUMAN_VOICE)
        assert SendText in TakeoverAgent(FakeConversation(), takeover, None).refuses
