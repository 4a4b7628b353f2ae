"""Answers by a language model behind an OpenAI-compatible chat endpoint, streamed.

``POST /chat/completions`` with ``stream``; a server that answers with one JSON document
instead is understood too.
"""

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import httpx

from aicall_cli.agent.chat_history import ChatHistory, Said
from aicall_cli.agent.emotion_tag import EMOTIONS
from aicall_cli.agent.responder import Heard, ResponderError, to_its_end
from aicall_cli.speech.openai_server import (
    MAX_JSON,
    KeyRefusedError,
    OpenAiServer,
    ServerError,
    body_of,
    content_type,
    pieces_of,
)

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
_MAX_STREAM: Final = 2 * MAX_JSON
_MAX_LINE: Final = 64 * 1024
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
    ) -> None:
        """``history`` is what was said before; None: nothing."""
        self._server = server
        self._model = model
        self._prompt = prompt
        self._history = history or ChatHistory()
        self._failures = 0
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Make the client; the server is first asked when there is something to ask."""
        self._client = self._server.client()

    async def reply(self, text: str, heard: Heard = to_its_end) -> AsyncGenerator[str, None]:
        """Yield the model's answer as it comes."""
        self._history.add(Said("user", text))
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
        wanted = {"model": self._model, "messages": messages, "stream": True}
        room = MAX_ANSWER
        async with self._server.post(self._client, "chat/completions", json=wanted) as response:
            if content_type(response) == "application/json":
                pieces = _of_document(response, self._server)
            else:
                pieces = _of_stream(response, self._server)
            async with aclosing(pieces):
                async for piece in pieces:
                    yield piece[:room]
                    room -= len(piece)
                    if room <= 0:
                        _log.warning("an answer is cut after %d characters", MAX_ANSWER)
                        return
        if room == MAX_ANSWER:
            raise ServerError(f"{self._server.name} answered nothing")


async def _of_document(response: httpx.Response, server: OpenAiServer) -> AsyncGenerator[str, None]:
    text = _content(await body_of(response), "message", server)
    if text:
        yield text


async def _of_stream(response: httpx.Response, server: OpenAiServer) -> AsyncGenerator[str, None]:
    """Yield the text of server-sent events, up to ``[DONE]`` or the stream's end."""
    async with aclosing(_lines(response)) as lines:
        async for line in lines:
            if not line.startswith(b"data:"):
                continue
            data = line.removeprefix(b"data:").strip()
            if data == b"[DONE]":
                return
            text = _content(data, "delta", server)
            if text:
                yield text


async def _lines(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    rest = b""
    async with aclosing(pieces_of(response, _MAX_STREAM)) as pieces:
        async for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line
            if len(rest) > _MAX_LINE:
                raise ServerError(f"the answer has a line of more than {_MAX_LINE} bytes")
    yield rest


def _content(data: bytes, part: str, server: OpenAiServer) -> str:
    """Return ``choices[0].<part>.content``, or nothing where it is null or left out."""
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ServerError("the answer has a part that is no JSON") from error
    if isinstance(answer, dict) and answer.get("error") is not None:
        raise ServerError(f"the model failed: {server.excerpt(str(answer['error']))}")
    choices = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(choices, list):
        raise ServerError("the answer has no choices")
    choice = choices[0] if choices else {}
    message = choice.get(part) if isinstance(choice, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    if content is None:
        return ""
    if not isinstance(content, str):
        raise ServerError("the answer has a content that is no text")
    return content
