"""Answers what was said: asks the responder, and speaks the answer sentence by sentence."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import numpy as np

from aicall_cli.agent.responder import Responder
from aicall_cli.agent.speech import Speech
from aicall_cli.agent.voice_output import MAX_SPEECHES, VoiceOutput
from aicall_cli.agent.word_pieces import WordPieces
from aicall_cli.errors import AicallError
from aicall_cli.speech.sentences import SentenceCutter
from aicall_cli.speech.synthesiser import Synthesiser

_NOTHING: Final = np.empty(0, np.int16)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    speech: Speech
    is_answer: bool = False
    """Whether ``text`` is to be said as it is."""


class Replier:
    """Answers one question after the other; an answer can be stopped, and the next goes on."""

    def __init__(
        self,
        responder: Responder,
        synthesiser: Synthesiser,
        voice: VoiceOutput,
        on_answer: Callable[[int, str], None],
    ) -> None:
        """``on_answer`` is told each answer's sentence id and text, once it is all there."""
        self._responder = responder
        self._synthesiser = synthesiser
        self._voice = voice
        self._on_answer = on_answer
        self._questions: asyncio.Queue[_Question] = asyncio.Queue(MAX_SPEECHES)
        self._answering: asyncio.Task[AicallError | None] | None = None

    async def run(self) -> None:
        """Answer until cancelled; raise UsageError or AgentError when it cannot be done."""
        try:
            await self._responder.open()
            try:
                await self._synthesiser.open()
                while True:
                    await self._answer_next()
            finally:
                await self._synthesiser.close()
        finally:
            await self._responder.close()

    def ask(self, text: str, speech: Speech) -> None:
        """Have ``text`` answered by ``speech``; drop it, and say so, when too many wait."""
        self._queue(_Question(text, speech))

    def say(self, text: str, speech: Speech) -> bool:
        """Have ``text`` said by ``speech``; False, and it is dropped, when too many wait."""
        return self._queue(_Question(text, speech, is_answer=True))

    def stop(self) -> None:
        """Give the present answer up; those whose speech is stopped are not begun."""
        if self._answering is not None:
            self._answering.cancel()

    def _queue(self, question: _Question) -> bool:
        if self._questions.full():
            _log.warning("a question is not answered: %d others wait", MAX_SPEECHES)
            question.speech.close()
            return False
        self._questions.put_nowait(question)
        return True

    async def _answer_next(self) -> None:
        question = await self._questions.get()
        if question.speech.stopped:
            return
        async with asyncio.TaskGroup() as tasks:
            self._answering = tasks.create_task(self._try_to_answer(question))
        if not self._answering.cancelled():
            error = self._answering.result()
            if error is not None:
                raise error

    async def _try_to_answer(self, question: _Question) -> AicallError | None:
        """Return the error that an answer met: raised, it would come out as a group."""
        try:
            await self._answer(question)
        except AicallError as error:
            return error
        finally:
            question.speech.close()
        return None

    async def _answer(self, question: _Question) -> None:
        cutter = SentenceCutter()
        if question.is_answer:
            for sentence in (*cutter.feed(question.text), *cutter.flush()):
                await self._speak(sentence, question.speech)
            return
        answer = ""
        async with aclosing(self._responder.reply(question.text)) as pieces:
            async for piece in pieces:
                answer += piece
                for sentence in cutter.feed(piece):
                    await self._speak(sentence, question.speech)
        self._on_answer(question.speech.sentence_id, answer)
        for sentence in cutter.flush():
            await self._speak(sentence, question.speech)

    async def _speak(self, sentence: str, speech: Speech) -> None:
        words = WordPieces(sentence)
        async with aclosing(self._synthesiser.synthesise(sentence)) as chunks:
            async for chunk in chunks:
                await self._voice.wait_for_room()
                if not self._voice.append(speech, chunk.pcm, words.pieces(chunk.words)):
                    _log.warning("a piece of an answer is not spoken: too much waits")
        self._voice.append(speech, _NOTHING, words.rest())
