"""What the caller says, sentence by sentence: recognised, told, searched for words, asked."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from aicall_cli.agent.answer_latency import AnswerLatency
from aicall_cli.agent.base import Conversation
from aicall_cli.agent.listener import Listener, ListenerHandlers
from aicall_cli.agent.sentence_rules import SentenceRules
from aicall_cli.agent.speech import Speech
from aicall_cli.agent.unfinished import looks_unfinished
from aicall_cli.agent.word_list import WordList
from aicall_cli.audio.format import Pcm
from aicall_cli.engine.events import UserSubtitleReceived
from aicall_cli.speech.recogniser import Recogniser


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers."""

    promise: Callable[[int], Speech | None]
    """Opens the answer to a sentence, which makes the agent think; None: too many wait."""
    ask: Callable[[str, Speech, AnswerLatency], None]
    """Has a text answered by what was promised."""


class CallerSentences:
    """Hears the caller's utterances and has what they say answered."""

    def __init__(
        self,
        conversation: Conversation,
        recogniser: Recogniser,
        rules: SentenceRules,
        answerer: Answerer,
    ) -> None:
        self._conversation = conversation
        self._listener = Listener(recogniser, ListenerHandlers(self._take_part, self._take_final))
        self._rules = rules
        self._answerer = answerer
        self._interrupt_words = WordList(rules.interrupt_words)
        self._interrupting = 0
        """The last sentence that stopped the agent by a word."""
        self._open = 0
        """The sentence that is being said, or was said last; 0 where that is forgotten."""
        self._unheeded: set[int] = set()
        """Sentences that are neither told nor answered unless a word in them stops the agent."""
        self._promised: dict[int, tuple[Speech | None, AnswerLatency]] = {}
        """The answers to sentences that are still being recognised."""
        self._turn_end_words = WordList(rules.turn_end_words)
        self._held = ("", AnswerLatency(conversation.clock))
        """The text of the sentence that its caller may go on with, and what its answer takes."""

    async def run(self) -> None:
        """Recognise until cancelled; raise UsageError or AgentError when it cannot be done."""
        await self._listener.run()

    def begin(self, sentence_id: int, heeded: bool) -> None:
        """An utterance begins; see ``Agent.utterance_begun``."""
        self._open = sentence_id
        if not heeded:
            self._unheeded.add(sentence_id)
        self._listener.begin(sentence_id)

    def hear(self, pcm: Pcm) -> None:
        """The utterance's next samples, mono 48 kHz."""
        self._listener.hear(pcm)

    def end(self, silence: float) -> None:
        """Promise an answer, and find out what was said; the caller is silent for so long."""
        self.heed()
        latency = AnswerLatency(self._conversation.clock, silence)
        self._promised[self._open] = (self._promise(self._open), latency)
        self._listener.end()

    def discard(self) -> None:
        """Forget what was heard; but a word that stops the agent may be in it."""
        if self._open in self._unheeded and self._rules.interrupt_words:
            self._listener.end()
        else:
            self._listener.discard()
        self._open = 0

    def end_held(self, sentence_id: int) -> None:
        """The sentence that was held has not gone on."""
        text, latency = self._held
        latency.waited()
        self._promised[sentence_id] = (self._promise(sentence_id), latency)
        self._have_answered(sentence_id, text)

    def heed(self) -> None:
        """What is being said counts from now on."""
        self._unheeded.discard(self._open)

    def _take_part(self, sentence_id: int, text: str) -> None:
        self._heed_words(sentence_id, text)
        if sentence_id not in self._unheeded:
            self._conversation.publish(UserSubtitleReceived(text, False, sentence_id))
            # Of a sentence that goes on, the words before ended a turn already, or were too late.
            if self._turn_end_words.found_in(text[len(self._listener.said) :]):
                self._conversation.end_turn(sentence_id)

    def _take_final(self, sentence_id: int, text: str) -> None:
        self._heed_words(sentence_id, text)
        if sentence_id in self._unheeded:
            self._unheeded.discard(sentence_id)
        elif not self._hold(sentence_id, text):
            self._have_answered(sentence_id, text)

    def _hold(self, sentence_id: int, text: str) -> bool:
        """Wait for the sentence to go on if it looks as if it will; return whether it is so."""
        wait = self._rules.semantic_wait
        if not (
            wait
            and looks_unfinished(text)
            and not self._turn_end_words.found_in(text)
            and self._conversation.hold_sentence(sentence_id, wait)
        ):
            return False
        self._conversation.publish(UserSubtitleReceived(text, False, sentence_id))
        unpromised = (None, AnswerLatency(self._conversation.clock))
        speech, latency = self._promised.pop(sentence_id, unpromised)
        if speech is not None:
            speech.close()
        self._held = (text, latency)
        return True

    def _have_answered(self, sentence_id: int, text: str) -> None:
        self._conversation.publish(UserSubtitleReceived(text, True, sentence_id))
        promised = self._promised.pop(sentence_id, None)
        speech, latency = promised or (None, AnswerLatency(self._conversation.clock))
        latency.recognised()
        if not text or self._said_stop_only(sentence_id, text):
            if speech is not None:
                speech.close()
            return
        if promised is None or (speech and speech.stopped and self._interrupting == sentence_id):
            # Nobody knew that it would be answered; or it stopped its own answer, by a word.
            speech = self._promise(sentence_id)
        if speech is not None:
            self._answerer.ask(text, speech, latency)

    def _promise(self, sentence_id: int) -> Speech | None:
        speech = self._answerer.promise(sentence_id)
        if speech is not None and self._rules.joins_parts:
            self._conversation.hold_sentence(sentence_id, math.inf)
        return speech

    def _heed_words(self, sentence_id: int, text: str) -> None:
        if (
            sentence_id != self._interrupting
            and self._interrupt_words.found_in(text)
            and self._conversation.interrupt_by_words()
        ):
            self._interrupting = sentence_id
            self._unheeded.discard(sentence_id)

    def _said_stop_only(self, sentence_id: int, text: str) -> bool:
        return (
            self._interrupting == sentence_id
            and not self._rules.answers_interrupt_words
            and self._interrupt_words.make_up(text)
        )
