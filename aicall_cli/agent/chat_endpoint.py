"""Answers by a language model behind an OpenAI-compatible chat endpoint, streamed.

``POST /chat/completions`` with ``stream``; a server that answers with one JSON document
instead is understood too.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

import httpx

from aicall_cli.agent.chat_answer import parts_of
from aicall_cli.agent.chat_history import ChatHistory, Said
from aicall_cli.agent.emotion_tag import EMOTIONS
from aicall_cli.agent.hangup_functions import as_tools
from aicall_cli.agent.responder import Heard, ResponderError, to_its_end
from aicall_cli.speech.openai_server import KeyRefusedError, OpenAiServer, ServerError

DEFAULT_MODEL: Final = "gpt-4o-mini"
DEFAULT_PROMPT: Final = (
    "You are on a phone call. What you answer is spoken aloud: answer in one to three short "
    "sentences of plain text, without lists or markup. Where you have a feeling, put it in "
    f"brackets in front of all: one of {', '.join(f'[{it}]' for it in EMOTIONS)}."
)
APOLOGY: Final = "Sorry, I cannot answer right now. Please try again."
MAX_ANSWER: Final = 4000
"""Characters of an answer, some four minutes of speech; the rest is not asked for."""
MAX_FAILURES: Final = 3
"""Failures in a row after which the call is given up."""
_log = logging.getLogger(__name__)


class ChatResponder:
    """Answers one caller, in view of what was said before.

    A failure is answered with an apology and logged, so that the caller can go on; a refused
    key, or MAX_FAILURES in a row, raise ResponderError.
    """

    def __init__(
        self,
        server: OpenAiServer,
        model: str = DEFAULT_MODEL,
        prompt: str = DEFAULT_PROMPT,
        history: ChatHistory | None = None,
        hangup: frozenset[str] = frozenset(),
    ) -> None:
        """``history`` is what was said before, None: nothing; ``hangup`` functions end the call."""
        self._server = server
        self._model = model
        self._prompt = prompt
        self._history = history or ChatHistory()
        self._hangup = hangup
        self._hangs_up = False
        self._failures = 0
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Make the client; the server is first asked when there is something to ask."""
        self._client = self._server.client()

    async def reply(self, text: str, heard: Heard = to_its_end) -> AsyncGenerator[str, None]:
        """Yield the model's answer as it comes."""
        self._history.add(Said("user", text))
        self._hangs_up = False
        answer = ""
        try:
            async with aclosing(self._ask()) as pieces:
                async for piece in pieces:
                    answer += piece
                    yield piece
            self._failures = 0
        except ServerError as error:
            self._note_failure(error)
            if not answer:
                yield APOLOGY
        finally:
            # An answer that was interrupted is remembered as far as it came.
            if answer:
                self._history.add(Said("assistant", answer, heard))

    @property
    def hangs_up(self) -> bool:
        """Whether the model called one of the functions that end the call."""
        return self._hangs_up

    @property
    def takes_prompt(self) -> bool:
        """True."""
        return True

    def instruct(self, prompt: str) -> None:
        """Answer by ``prompt`` from the next question on."""
        self._prompt = prompt

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _note_failure(self, error: ServerError) -> None:
        self._failures += 1
        if self._failures >= MAX_FAILURES or isinstance(error, KeyRefusedError):
            raise ResponderError(error.message, hint=error.hint) from error
        _log.warning("a question is answered with an apology: %s", error.message)

    async def _ask(self) -> AsyncGenerator[str, None]:
        """Yield the pieces of a good answer; raise ServerError for any other."""
        assert self._client is not None, "the responder is not open"
        system = {"role": "system", "content": self._prompt}
        messages = [system, *self._history.messages()]
        wanted: dict[str, Any] = {"model": self._model, "messages": messages, "stream": True}
        if self._hangup:
            wanted["tools"] = as_tools(self._hangup)
        room = MAX_ANSWER
        async with (
            self._server.post(self._client, "chat/completions", json=wanted) as response,
            aclosing(parts_of(response, self._server)) as parts,
        ):
            async for part in parts:
                self._hangs_up |= not self._hangup.isdisjoint(part.functions)
                if part.text:
                    yield part.text[:room]
                room -= len(part.text)
                if room <= 0:
                    _log.warning("an answer is cut after %d characters", MAX_ANSWER)
                    return
        if room == MAX_ANSWER and not self._hangs_up:
            raise ServerError(f"{self._server.name} answered nothing")
