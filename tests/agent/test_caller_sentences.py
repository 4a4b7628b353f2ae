import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from aicall_cli.agent.answer_latency import AnswerLatency
from aicall_cli.agent.caller_sentences import Answerer, CallerSentences
from aicall_cli.agent.sentence_rules import SentenceRules
from aicall_cli.agent.speech import Speech
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import AgentStateChanged, SpeakingInterrupted, UserSubtitleReceived
from tests.agent.conversation import FakeConversation
from tests.agent.speech_parts import FakeRecogniser

BY_WORDS = SpeakingInterrupted(InterruptedReason.BY_WORDS)


class Hearing:
    """The sentences of a caller, and what was asked of the agent."""

    def __init__(self, recogniser: FakeRecogniser, rules: SentenceRules) -> None:
        self.conversation = FakeConversation()
        self.recogniser = recogniser
        self.asked: list[tuple[int, str]] = []
        self.sentences = CallerSentences(
            self.conversation, recogniser, rules, Answerer(self.conversation.voice.open, self._ask)
        )
        self.conversation.on_stopped = self.sentences.heed

    def _ask(self, text: str, speech: Speech, latency: AnswerLatency) -> None:
        self.asked.append((speech.sentence_id, text))
        speech.close()

    @property
    def told(self) -> list[tuple[int, str, bool]]:
        events = [e for e in self.conversation.did if isinstance(e, UserSubtitleReceived)]
        return [(event.sentence_id, event.text, event.end) for event in events]

    @property
    def turns_ended(self) -> list[str | bytes]:
        return [it[1] for it in self.conversation.did if isinstance(it, tuple)]

    async def begin(self, sentence_id: int, *partials: str, heeded: bool = True) -> None:
        self.sentences.begin(sentence_id, heeded)
        self.sentences.hear(np.ones(960, np.int16))
        await asyncio.sleep(0.01)
        for partial in partials:
            self.recogniser.on_partial(partial)

    async def end(self) -> None:
        self.sentences.end(0.4)
        await asyncio.sleep(0.5)

    async def discard(self) -> None:
        self.sentences.discard()
        await asyncio.sleep(0.5)

    def have_the_agent_speak(self) -> None:
        speech = self.conversation.voice.open(0)
        assert speech is not None
        self.conversation.voice.append(speech, np.ones(960_000, np.int16))
        self.conversation.spoken(1)


@asynccontextmanager
async def hearing(*texts: str, rules: SentenceRules | None = None) -> AsyncIterator[Hearing]:
    here = Hearing(FakeRecogniser(*texts), rules or SentenceRules())
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(here.sentences.run())
        yield here
        task.cancel()


async def test_what_is_said_is_told_as_it_is_understood_and_asked_in_the_end() -> None:
    async with hearing("go forward") as here:
        await here.begin(1, "go")
        await here.end()
        assert here.told == [(1, "go", False), (1, "go forward", True)]
        assert here.asked == [(1, "go forward")]


async def test_where_nothing_was_understood_nothing_is_asked() -> None:
    async with hearing("") as here:
        await here.begin(1)
        await here.end()
        here.conversation.spoken(1)
        assert here.asked == []
        assert here.conversation.states == [AgentState.THINKING, AgentState.LISTENING]


async def test_what_is_discarded_is_not_asked() -> None:
    async with hearing() as here:
        await here.begin(1, "go")
        await here.discard()
        assert here.asked == []
        assert here.recogniser.calls[-1] == "cancel"


STOPPABLE = SentenceRules(interrupt_words=("stop",))


async def test_a_word_stops_the_agent_as_soon_as_it_is_understood_and_is_not_answered() -> None:
    async with hearing("stop stop", rules=STOPPABLE) as here:
        here.have_the_agent_speak()
        await here.begin(1, "please go on")
        assert BY_WORDS not in here.conversation.did
        here.recogniser.on_partial("stop")
        here.recogniser.on_partial("stop stop")
        await here.end()
        assert here.conversation.did.count(BY_WORDS) == 1
        assert here.asked == []


async def test_what_is_said_beside_the_word_is_answered() -> None:
    for partial in ("stop", "what"):
        async with hearing("stop what is that", rules=STOPPABLE) as here:
            here.have_the_agent_speak()
            await here.begin(1, partial)
            await here.end()
            assert here.conversation.did.count(BY_WORDS) == 1
            assert here.asked == [(1, "stop what is that")]


async def test_the_word_itself_is_answered_where_that_is_asked_for() -> None:
    rules = SentenceRules(interrupt_words=("stop",), answers_interrupt_words=True)
    async with hearing("stop", rules=rules) as here:
        here.have_the_agent_speak()
        await here.begin(1, "stop")
        await here.end()
        assert here.asked == [(1, "stop")]


async def test_what_is_not_heeded_is_neither_told_nor_asked() -> None:
    async with hearing() as here:
        here.have_the_agent_speak()
        await here.begin(1, "go", heeded=False)
        await here.discard()
        assert not here.told
        assert not here.asked


async def test_a_word_in_what_is_not_heeded_stops_the_agent_and_the_rest_is_answered() -> None:
    async with hearing("stop what is that", rules=STOPPABLE) as here:
        here.have_the_agent_speak()
        await here.begin(1, "well", "well stop", "stop what", heeded=False)
        await here.end()
        told = [(1, "well stop", False), (1, "stop what", False)]
        assert here.told == [*told, (1, "stop what is that", True)]
        assert here.asked == [(1, "stop what is that")]


async def test_the_word_counts_also_where_it_is_understood_last() -> None:
    async with hearing("go on", "stop that", rules=STOPPABLE) as here:
        here.have_the_agent_speak()
        await here.begin(1, heeded=False)
        await here.discard()
        assert not here.told
        assert not here.asked
        await here.begin(2, heeded=False)
        await here.discard()
        assert BY_WORDS in here.conversation.did
        assert here.told == [(2, "stop that", True)]
        assert here.asked == [(2, "stop that")]


async def test_what_was_forgotten_counts_not_because_the_agent_is_stopped_afterwards() -> None:
    async with hearing("go on", rules=STOPPABLE) as here:
        here.have_the_agent_speak()
        await here.begin(1, heeded=False)
        here.sentences.discard()
        here.sentences.heed()
        await asyncio.sleep(0.5)
        assert not here.told
        assert not here.asked


async def test_what_turns_out_to_count_is_told_and_asked() -> None:
    async with hearing("go forward") as here:
        await here.begin(1, "go", heeded=False)
        here.sentences.heed()
        here.recogniser.on_partial("go for")
        await here.end()
        assert here.told == [(1, "go for", False), (1, "go forward", True)]
        assert here.asked == [(1, "go forward")]


async def test_an_answer_that_is_not_promised_is_not_asked_for() -> None:
    async with hearing("go forward") as here:
        here.sentences._answerer = Answerer(lambda number: None, here._ask)
        await here.begin(1)
        await here.end()
        assert here.told == [(1, "go forward", True)]
        assert here.asked == []
        assert here.conversation.held == []  # it can never be heard
        assert AgentStateChanged(AgentState.THINKING) not in here.conversation.did


async def test_a_word_ends_the_turn_where_it_is_heard() -> None:
    rules = SentenceRules(turn_end_words=("over",))
    async with hearing("go forward over", rules=rules) as here:
        await here.begin(1, "go forward")
        assert here.turns_ended == []
        here.recogniser.on_partial("go forward over")
        assert here.turns_ended == ["1"]
        await here.end()
        assert here.asked == [(1, "go forward over")]


async def test_a_word_that_ended_a_turn_ends_not_what_the_caller_goes_on_with() -> None:
    rules = SentenceRules(turn_end_words=("over",))
    async with hearing("go forward over", "and back", rules=rules) as here:
        await here.begin(1)
        await here.end()
        await here.begin(1, "and", "and back")
        assert here.told[-1] == (1, "go forward over and back", False)
        assert here.turns_ended == []
        here.recogniser.on_partial("and over")
        assert here.turns_ended == ["1"]


WAITING = SentenceRules(semantic_wait=4.0, turn_end_words=("roger to",))


async def test_a_sentence_that_looks_unfinished_is_held_and_goes_on() -> None:
    async with hearing("i would like to", "go forward", rules=WAITING) as here:
        await here.begin(1)
        await here.end()
        assert here.conversation.held == [(1, math.inf), (1, 4.0)]
        assert here.told == [(1, "i would like to", False)]
        here.conversation.spoken(1)
        assert here.conversation.states == [AgentState.THINKING, AgentState.LISTENING]
        await here.begin(1)
        await here.end()
        assert here.told[-1] == (1, "i would like to go forward", True)
        assert here.asked == [(1, "i would like to go forward")]


async def test_a_sentence_that_was_held_and_did_not_go_on_is_answered_as_it_is() -> None:
    async with hearing("i would like to", rules=WAITING) as here:
        await here.begin(1)
        await here.end()
        assert here.asked == []
        here.sentences.end_held(1)
        assert here.told[-1] == (1, "i would like to", True)
        assert here.asked == [(1, "i would like to")]
        assert here.conversation.held[-1] == (1, math.inf)


async def test_a_sentence_is_not_held_that_is_finished_or_ended_by_a_word_or_cannot_be() -> None:
    for text, can in (("go forward", True), ("roger to", True), ("i would like to", False)):
        async with hearing(text, rules=WAITING) as here:
            here.conversation.holds = can
            await here.begin(1)
            await here.end()
            assert here.asked == [(1, text)]


async def test_parts_are_joined_unless_that_is_not_wanted() -> None:
    for joins, held in ((True, [(1, math.inf)]), (False, [])):
        async with hearing("go", rules=SentenceRules(joins_parts=joins)) as here:
            await here.begin(1)
            await here.end()
            assert here.conversation.held == held


async def test_a_sound_that_is_no_word_does_not_lose_the_question_before_it() -> None:
    async with hearing("go forward", "") as here:
        await here.begin(1)
        await here.end()
        here.conversation.voice.stop()  # as the caller's voice does
        await here.begin(1)
        await here.end()
        assert here.asked == [(1, "go forward"), (1, "go forward")]
