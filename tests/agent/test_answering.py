import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aicall_cli.agent.answer_latency import AnswerLatency
from aicall_cli.agent.answering import AnswerMeans
from aicall_cli.agent.manners import NO_MANNERS, Manners
from aicall_cli.agent.pending_prompts import PendingPrompter, PendingPrompts
from aicall_cli.agent.portions import PortionSize
from aicall_cli.agent.replier import Replier
from aicall_cli.agent.speech import Speech
from aicall_cli.agent.speech_maker import SpeechMaker
from aicall_cli.engine.events import (
    AgentEmotionReceived,
    AgentSubtitleReceived,
    LatencyReported,
    LlmReplyCompleted,
)
from aicall_cli.protocol.speaking_config import Message
from tests.agent.conversation import FakeConversation
from tests.agent.speech_parts import FakeResponder, FakeVoice

SLOW = [""] * 24
"""2.4 s before what follows."""
PROMPTS = PendingPrompts(
    wait=1.0, messages=(Message(text="Wait."), Message(text="Well.")), in_sequence=True
)


class Answered:
    """One answer, from a question on."""

    def __init__(self, answer: list[str], manners: Manners) -> None:
        self.conversation = FakeConversation()
        self.responder = FakeResponder(answer)
        self.voice = FakeVoice()
        prompts = manners.pending_prompts
        means = AnswerMeans(
            self.conversation,
            SpeechMaker(self.voice, self.conversation.voice),
            manners,
            None if prompts is None else PendingPrompter(prompts),
        )
        self.replier = Replier(self.responder, means)
        speech = self.conversation.voice.open(7)
        assert speech is not None
        self.speech: Speech = speech
        self.replier.ask("x", speech, AnswerLatency(self.conversation.clock))

    def told(self, kind: type) -> list[object]:
        return [event for event in self.conversation.did if isinstance(event, kind)]


@asynccontextmanager
async def answered(*answer: str, manners: Manners = NO_MANNERS) -> AsyncIterator[Answered]:
    now = Answered(list(answer), manners)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(now.replier.run())
        yield now
        task.cancel()


async def test_an_emotion_is_told_once_before_the_answer_and_not_spoken() -> None:
    async with answered("[sa", "d]", " Oh. ", "[happy] no.", manners=WHOLE) as now:
        await now.conversation.speak(1.5)
        assert now.told(AgentEmotionReceived) == [AgentEmotionReceived("sad", 7)]
        assert now.conversation.agent_text == "Oh. [happy] no."
        assert now.voice.said == ["Oh. ", "[happy] no."]
        assert now.told(LlmReplyCompleted) == [LlmReplyCompleted("Oh. [happy] no.", 7)]
        order = [type(event) for event in now.conversation.did]
        assert order.index(AgentEmotionReceived) < order.index(AgentSubtitleReceived)


async def test_an_answer_of_nothing_has_no_emotion() -> None:
    async with answered("", manners=WHOLE) as now:
        await now.conversation.speak(0.5)
        assert not now.told(AgentEmotionReceived)
        assert not now.told(LlmReplyCompleted)


async def test_where_the_time_went_is_told_with_the_first_sound() -> None:
    async with answered("One", " two. ", "Three.") as now:
        await now.conversation.speak(1.0)
        assert now.told(LatencyReported) == [LatencyReported(llm=300, tts=0, total=300)]


async def test_prompts_fill_the_time_that_an_answer_takes() -> None:
    async with answered(*SLOW, "Here.", manners=Manners(pending_prompts=PROMPTS)) as now:
        await now.conversation.speak(4.0)
        assert now.conversation.agent_text == "Wait. Well. Here."
        (report,) = now.told(LatencyReported)
        assert report == LatencyReported(llm=2500, tts=0, total=2500)


async def test_no_prompt_is_said_while_there_is_still_something_to_hear() -> None:
    async with answered(*SLOW, "Here.", manners=Manners(pending_prompts=PROMPTS)) as now:
        now.voice.seconds = 2.0
        await asyncio.sleep(2.2)
        assert now.voice.said == ["Wait. "]


async def test_an_answer_in_time_is_not_announced() -> None:
    async with answered("Here.", *SLOW, "Now.", manners=Manners(pending_prompts=PROMPTS)) as now:
        await now.conversation.speak(4.0)
        assert now.conversation.agent_text == "Here.Now."


async def test_portions_are_as_long_as_is_asked_for_and_wait_no_longer() -> None:
    manners = Manners(portion_size=PortionSize(12, delay=1.0))
    async with answered("One. Two. ", "Three. ", "Four. F", *SLOW, "ive.", manners=manners) as now:
        await asyncio.sleep(4)
        assert now.voice.said == ["One. Two. Three. ", "Four. ", "Five."]


async def test_what_was_heard_of_a_cut_off_answer_is_known_without_its_prompts() -> None:
    async with answered(*SLOW, "One two three.", manners=Manners(pending_prompts=PROMPTS)) as now:
        await now.conversation.speak(2.7)
        (heard,) = now.responder.heard
        assert heard() is None
        now.conversation.voice.stop()
        now.replier.stop()
        assert heard() == "One two"
        await asyncio.sleep(0.1)


async def test_of_an_answer_that_was_cut_off_in_its_prompt_nothing_was_heard() -> None:
    async with answered(*SLOW, "Here.", manners=Manners(pending_prompts=PROMPTS)) as now:
        await now.conversation.speak(1.1)
        now.conversation.voice.stop()
        now.replier.stop()
        (heard,) = now.responder.heard
        assert heard() == ""
        await asyncio.sleep(0.1)
        assert now.responder.closed_early == 1


WHOLE = Manners(complete_reply=True)
