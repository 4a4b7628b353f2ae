"""Answers what was said, one question after the other."""

import asyncio
import logging
from dataclasses import dataclass

from aicall_cli.agent.answer_latency import AnswerLatency
from aicall_cli.agent.answer_reader import AnswerReader
from aicall_cli.agent.answering import Answering, AnswerMeans
from aicall_cli.agent.responder import Responder
from aicall_cli.agent.speech import Speech
from aicall_cli.agent.voice_output import MAX_SPEECHES
from aicall_cli.errors import AicallError
from aicall_cli.speech.sentences import sentences

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    speech: Speech
    latency: AnswerLatency | None
    """None: ``text`` is to be said as it is."""


class Replier:
    """Answers one question after the other; an answer can be stopped, and the next goes on."""

    def __init__(self, responder: Responder, means: AnswerMeans) -> None:
        self._responder = responder
        self._means = means
        self._questions: asyncio.Queue[_Question] = asyncio.Queue(MAX_SPEECHES)
        self._answering: asyncio.Task[AicallError | None] | None = None

    async def run(self) -> None:
        """Answer until cancelled; raise UsageError or AgentError when it cannot be done."""
        synthesiser = self._means.maker.synthesiser
        try:
            await self._responder.open()
            try:
                await synthesiser.open()
                while True:
                    await self._answer_next()
            finally:
                await synthesiser.close()
        finally:
            await self._responder.close()

    def ask(self, text: str, speech: Speech, latency: AnswerLatency) -> None:
        """Have ``text`` answered by ``speech``; drop it, and say so, when too many wait."""
        self._queue(_Question(text, speech, latency))

    def say(self, text: str, speech: Speech) -> bool:
        """Have ``text`` said by ``speech``; False, and it is dropped, when too many wait."""
        return self._queue(_Question(text, speech, None))

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
            self._answering = tasks.create_task(self._try_to_answer(question, tasks))
        if not self._answering.cancelled():
            error = self._answering.result()
            if error is not None:
                raise error

    async def _try_to_answer(
        self, question: _Question, tasks: asyncio.TaskGroup
    ) -> AicallError | None:
        """Return the error that an answer met: raised, it would come out as a group."""
        try:
            if question.latency is None:
                for sentence in sentences(question.text):
                    await self._means.maker.speak(sentence, question.speech)
            else:
                await self._answer(question.text, question.speech, question.latency, tasks)
        except AicallError as error:
            return error
        finally:
            question.speech.close()
        return None

    async def _answer(
        self, text: str, speech: Speech, latency: AnswerLatency, tasks: asyncio.TaskGroup
    ) -> None:
        answering = Answering(self._means, speech, latency)
        reader = AnswerReader(self._responder.reply(text, answering.heard))
        making = tasks.create_task(reader.run())
        try:
            await answering.run(reader)
        finally:
            making.cancel()
