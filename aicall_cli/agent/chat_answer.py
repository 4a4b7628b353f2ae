"""What an OpenAI-compatible chat endpoint answers, read part by part as it comes."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

import httpx

from aicall_cli.speech.openai_server import (
    MAX_JSON,
    OpenAiServer,
    ServerError,
    body_of,
    content_type,
    pieces_of,
)

_MAX_STREAM: Final = 2 * MAX_JSON
_MAX_LINE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class ChatPart:
    """A part of an answer."""

    text: str
    functions: frozenset[str]
    """The names of the functions that the model calls."""


async def parts_of(
    response: httpx.Response, server: OpenAiServer
) -> AsyncGenerator[ChatPart, None]:
    """Yield the parts of an answer, streamed or not; raise ServerError where it makes no sense."""
    if content_type(response) == "application/json":
        yield _part(await body_of(response), "message", server)
        return
    async with aclosing(_lines(response)) as lines:
        async for line in lines:
            if not line.startswith(b"data:"):
                continue
            data = line.removeprefix(b"data:").strip()
            if data == b"[DONE]":
                return
            yield _part(data, "delta", server)


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


def _part(data: bytes, name: str, server: OpenAiServer) -> ChatPart:
    """Return what ``choices[0].<name>`` says: nothing where that is null or left out."""
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ServerError("the answer has a part that is no JSON") from error
    if isinstance(answer, dict) and answer.get("error") is not None:
        raise ServerError(f"the model failed: {server.excerpt(str(answer['error']))}")
    choices = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(choices, list):
        raise ServerError("the answer has no choices")
    message = _dict(_dict(choices[0] if choices else None).get(name))
    content = message.get("content")
    if content is not None and not isinstance(content, str):
        raise ServerError("the answer has a content that is no text")
    return ChatPart(content or "", _functions(message))


def _functions(message: dict[str, Any]) -> frozenset[str]:
    calls = message.get("tool_calls")
    names = (
        _dict(_dict(call).get("function")).get("name")
        for call in (calls if isinstance(calls, list) else ())
    )
    return frozenset(name for name in names if isinstance(name, str))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
