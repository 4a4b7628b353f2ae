import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from aicall_cli.agent.assistant import MAX_WANTED_VOICES, AssistantAgent
from aicall_cli.agent.base import VENDORS_OWN
from aicall_cli.agent.chosen_voice import ChosenVoice
from aicall_cli.agent.idle_prompts import IdlePrompts
from aicall_cli.agent.manners import NO_MANNERS, Manners
from aicall_cli.agent.rules import RulesResponder
from aicall_cli.agent.voice_output import MAX_SPEECHES
from aicall_cli.engine.commands import (
    SendCustomMessage,
    SwitchVoiceId,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
)
from aicall_cli.engine.enums import AgentErrorCode, AgentState, LeaveReason
from aicall_cli.engine.events import (
    AgentEmotionReceived,
    AgentErrorOccurred,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    LatencyReported,
    LlmReplyCompleted,
    UserSubtitleReceived,
    VoiceIdChanged,
)
from aicall_cli.errors import UsageError
from aicall_cli.protocol.speaking_config import Message
from tests.agent.conversation import FakeConversation
from tests.agent.speech_parts import FakeRecogniser, FakeResponder, FakeVoice


class Assisting:
    """An assistant that runs in a conversation."""

    def __init__(
        self, recogniser: FakeRecogniser, responder: FakeResponder, manners: Manners
    ) -> None:
        self.conversation = FakeConversation()
        self.recogniser = recogniser
        self.responder = responder
        self.voices: list[str] = []
        self.voice = ChosenVoice(FakeVoice(), self._make_voice)
        self.agent = AssistantAgent(
            self.conversation, lambda: recogniser, responder, self.voice, manners
        )

    def _make_voice(self, voice_id: str) -> FakeVoice:
        if voice_id == "nobody":
            raise UsageError("there is no voice 'nobody'")
        self.voices.append(voice_id)
        return FakeVoice(name=voice_id)

    def utter(self, sentence_id: int = 1) -> None:
        self.agent.utterance_begun(sentence_id)
        self.agent.utterance_heard(np.ones(960, np.int16))
        self.agent.utterance_ended(0.4)


@asynccontextmanager
async def assisting(
    texts: list[str], *answers: list[str], manners: Manners = NO_MANNERS
) -> AsyncIterator[Assisting]:
    now = Assisting(FakeRecogniser(*texts), FakeResponder(*answers), manners)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(now.agent.run())
        await asyncio.sleep(0)
        now.agent.call_begun()
        yield now
        task.cancel()
    assert now.recogniser.calls[-1] == "close"
    assert not now.responder.is_open


async def test_what_is_said_is_shown_and_answered_aloud() -> None:
    async with assisting(["go forward ten meters"], ["I go ", "forward."]) as now:
        now.utter()
        await asyncio.sleep(0)
        now.recogniser.on_partial("go four")
        assert now.conversation.states == [AgentState.THINKING]
        await asyncio.sleep(0.6)
        await now.conversation.speak(0.5)
        now.agent.reply_finished()
        assert now.conversation.did == [
            AgentStateChanged(AgentState.THINKING),
            UserSubtitleReceived("go four", False, 1),
            UserSubtitleReceived("go forward ten meters", True, 1),
            AgentEmotionReceived("neutral", 1),
            LatencyReported(asr=200, llm=200, tts=0, mute=400, total=800),
            AgentStateChanged(AgentState.SPEAKING),
            AgentSubtitleReceived("I", False, 1),
            AgentSubtitleReceived(" go", False, 1),
            AgentSubtitleReceived(" forward.", True, 1),
            AgentStateChanged(AgentState.LISTENING),
        ]


async def test_what_was_not_understood_is_not_answered() -> None:
    async with assisting([""]) as now:
        now.utter()
        await asyncio.sleep(0.5)
        now.conversation.spoken(1)
        assert now.conversation.states == [AgentState.THINKING, AgentState.LISTENING]
        assert now.responder.asked == []


async def test_a_typed_text_is_shown_and_answered() -> None:
    async with assisting([], ["Hi."]) as now:
        now.agent.text_received(7, "hello")
        await asyncio.sleep(0.5)
        assert UserSubtitleReceived("hello", True, 7) in now.conversation.did
        await now.conversation.speak(0.3)
        assert now.conversation.agent_text == "Hi."


async def test_an_interruption_while_the_words_are_found_skips_the_answer_only() -> None:
    async with assisting(["one", "two"], ["Two."]) as now:
        now.utter(1)
        await asyncio.sleep(0.1)
        now.conversation.voice.stop()
        now.agent.reply_stopped()
        now.utter(2)
        await asyncio.sleep(1)
        assert now.responder.asked == ["two"]
        finals = [e.text for e in now.conversation.did if isinstance(e, UserSubtitleReceived)]
        assert finals == ["one", "two"]


async def test_a_discarded_utterance_is_forgotten() -> None:
    async with assisting([]) as now:
        now.agent.utterance_begun(1)
        now.agent.utterance_discarded()
        await asyncio.sleep(0.5)
        assert now.conversation.did == [UserSubtitleReceived("", True, 1)]


async def test_what_cannot_be_answered_for_lack_of_room_is_still_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with assisting(["one"]) as now:
        for number in range(MAX_SPEECHES):
            now.conversation.voice.open(number)
        now.utter(99)
        now.agent.text_received(100, "two")
        await asyncio.sleep(0.5)
        assert now.conversation.did[-1] == UserSubtitleReceived("one", True, 99)
        assert now.responder.asked == []
    assert "sentence 99 is not answered" in caplog.text


async def test_it_greets_and_answers_the_query_that_begins_the_call() -> None:
    manners = Manners(greeting="Welcome. Speak.", wake_up_query="What is new?")
    async with assisting([], ["Nothing is."], manners=manners) as now:
        await now.conversation.speak(1.0)
        assert now.conversation.agent_text == "Welcome. Speak.Nothing is."
        assert now.responder.asked == ["What is new?"]
        told = [event for event in now.conversation.did if isinstance(event, AgentSubtitleReceived)]
        assert [event.sentence_id for event in told if event.end] == [101, 102]
        assert not [e for e in now.conversation.did if isinstance(e, UserSubtitleReceived)]


async def test_a_whole_answer_is_told_where_that_is_asked_for() -> None:
    async with assisting([], ["One. ", "Two."], manners=Manners(complete_reply=True)) as now:
        now.agent.text_received(7, "count")
        await asyncio.sleep(0.5)
        assert LlmReplyCompleted("One. Two.", 7) in now.conversation.did


async def test_who_hangs_up_says_goodbye_first() -> None:
    async with assisting([], ["Bye."]) as now:
        now.agent.text_received(7, "that is all")
        await asyncio.sleep(0.5)
        now.responder.hangs_up = True
        assert not [e for e in now.conversation.did if isinstance(e, AgentWillLeave)]
        await speak(now, 0.5)
        left = AgentWillLeave(LeaveReason.OTHER, "the language model hung up")
        assert now.conversation.did[-1] == left
        assert now.conversation.agent_text == "Bye."


PROMPTS = IdlePrompts(wait=5, repeats=2, messages=(Message(text="Hello?"),), farewell="Bye.")


def said(now: Assisting) -> str:
    return now.conversation.agent_text


async def speak(now: Assisting, seconds: float) -> None:
    """Pull the voice, and tell the agent when all is said."""
    for _ in range(round(seconds * 10)):
        before = now.conversation.states[-1:]
        await now.conversation.speak(0.1)
        if before != [AgentState.LISTENING] and now.conversation.states[-1:] == [
            AgentState.LISTENING
        ]:
            now.agent.reply_finished()


async def test_a_silent_caller_is_prompted_and_left_after_a_farewell() -> None:
    async with assisting([], manners=Manners(idle_prompts=PROMPTS)) as now:
        await speak(now, 4.8)
        assert said(now) == ""
        await speak(now, 5)
        assert said(now) == "Hello?"
        await speak(now, 5)
        assert said(now) == "Hello?Hello?"
        await speak(now, 5)
        assert said(now) == "Hello?Hello?Bye."
        left = AgentWillLeave(LeaveReason.IDLE, "nothing was said in spite of prompts")
        assert now.conversation.did[-1] == left


async def test_a_caller_who_speaks_is_not_prompted_meanwhile_and_counting_begins_anew() -> None:
    async with assisting([""], manners=Manners(idle_prompts=PROMPTS)) as now:
        await speak(now, 11)
        assert said(now) == "Hello?Hello?"
        now.agent.utterance_begun(1)
        await speak(now, 20)
        assert said(now) == "Hello?Hello?"
        now.agent.utterance_ended(0.4)
        await speak(now, 6)
        assert said(now) == "Hello?" * 3
        assert not [e for e in now.conversation.did if isinstance(e, AgentWillLeave)]


async def test_a_farewell_that_is_answered_ends_nothing() -> None:
    prompts = IdlePrompts(wait=5, repeats=0, messages=PROMPTS.messages, farewell="a b c d e f.")
    async with assisting([""], ["Well."], manners=Manners(idle_prompts=prompts)) as now:
        await speak(now, 5.2)
        assert said(now)
        now.agent.text_received(1, "wait")
        await speak(now, 3)
        assert not [e for e in now.conversation.did if isinstance(e, AgentWillLeave)]


async def test_a_farewell_that_is_interrupted_ends_nothing() -> None:
    prompts = IdlePrompts(wait=5, repeats=0, messages=PROMPTS.messages, farewell="a b c d e f.")
    async with assisting(["wait"], ["Well."], manners=Manners(idle_prompts=prompts)) as now:
        await speak(now, 5.2)
        now.conversation.voice.stop()
        now.agent.reply_stopped()  # the voice that stops it comes before the utterance
        now.utter()
        await speak(now, 4)
        assert said(now).endswith("Well.")
        assert not [e for e in now.conversation.did if isinstance(e, AgentWillLeave)]


async def test_without_a_farewell_the_agent_just_leaves() -> None:
    prompts = IdlePrompts(wait=5, repeats=0, messages=PROMPTS.messages)
    async with assisting([], manners=Manners(idle_prompts=prompts)) as now:
        await speak(now, 5.2)
        assert isinstance(now.conversation.did[-1], AgentWillLeave)


async def test_the_voice_is_switched_where_it_can_be_had_and_the_caller_told_which_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with assisting([]) as now:
        for voice_id in ("nobody", "v2"):
            assert now.agent.obey(SwitchVoiceId(voice_id)) is None
        await asyncio.sleep(0.1)
        assert now.conversation.did == [VoiceIdChanged("v1"), VoiceIdChanged("v2")]
        assert now.voices == ["v2"]
    assert "the voice stays as it is: there is no voice 'nobody'" in caplog.text


async def test_more_voices_than_can_be_loaded_are_refused() -> None:
    async with assisting([]) as now:
        for _ in range(MAX_WANTED_VOICES):
            assert now.agent.obey(SwitchVoiceId("v2")) is None
        assert now.agent.obey(SwitchVoiceId("v2")) == "too many voices are asked for at once"


async def test_rate_and_prompt_are_changed() -> None:
    async with assisting([]) as now:
        assert now.agent.obey(UpdateTtsSpeechRate(1.5)) is None
        assert now.agent.obey(UpdateLlmSystemPrompt("Be brief.")) is None
        assert now.voice.rate == 1.5
        assert now.responder.prompts == ["Be brief."]


async def test_a_message_for_the_applications_server_is_logged_on_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with assisting([]) as now:
        assert now.agent.obey(SendCustomMessage('{"a":\n"\x1b[2J"}')) is None
    assert 'reaches no server but this log: {"a": "\\x1b[2J"}' in caplog.text


async def test_rules_follow_no_prompt() -> None:
    recogniser = FakeRecogniser()
    voice = ChosenVoice(FakeVoice(), lambda _: FakeVoice())
    agent = AssistantAgent(FakeConversation(), lambda: recogniser, RulesResponder(), voice)
    assert agent.refuses == VENDORS_OWN | {UpdateLlmSystemPrompt}
    async with assisting([]) as now:
        assert now.agent.refuses == VENDORS_OWN


@pytest.mark.parametrize(
    ("texts", "answers", "code", "message"),
    [
        (["fail"], [], 4005, "the recogniser broke (mend it)"),
        (["x"], [["fail"]], AgentErrorCode.REPLY_FAILED, "no answer could be made"),
        (["x"], [["unspeakable."]], AgentErrorCode.REPLY_FAILED, "the voice broke"),
    ],
    ids=["recogniser", "responder", "voice"],
)
async def test_a_part_that_fails_ends_the_call_and_says_which(
    texts: list[str], answers: list[list[str]], code: int, message: str
) -> None:
    async with assisting(texts, *answers) as now:
        now.utter()
        await asyncio.sleep(1)
        assert now.conversation.did[-2:] == [
            AgentErrorOccurred(code),
            AgentWillLeave(LeaveReason.OTHER, message),
        ]


async def test_once_a_person_talks_with_the_caller_it_only_says_what_it_is_told() -> None:
    prompts = IdlePrompts(wait=2.0, messages=(Message(text="Hey"),), farewell="Bye.")
    async with assisting(["one", "two"], manners=Manners(idle_prompts=prompts)) as now:
        now.agent.hand_over()
        assert now.agent.new_recogniser() is now.recogniser
        now.utter()
        now.agent.text_received(2, "typed")
        await asyncio.sleep(20)
        assert now.conversation.did == [
            UserSubtitleReceived("typed", True, 2),
            UserSubtitleReceived("one", True, 1),
        ]
        assert now.responder.asked == []
        assert now.agent.speak(3, "a person's words")
        await asyncio.sleep(1)
        await now.conversation.speak(1.0)
        assert now.conversation.agent_text == "a person's words"
