import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from aicall_cli.agent.chat_answer import ChatPart, parts_of
from aicall_cli.speech.openai_server import OpenAiServer, ServerError


async def parts(body: bytes, kind: str = "text/event-stream") -> list[ChatPart]:
    async def sent() -> AsyncIterator[bytes]:
        yield body

    response = httpx.Response(200, headers={"Content-Type": kind}, content=sent())
    return [part async for part in parts_of(response, OpenAiServer("http://127.0.0.1:9/v1"))]


def delta(**message: Any) -> bytes:
    return f"data: {json.dumps({'choices': [{'delta': message}]})}\n\n".encode()


def calling(*names: object) -> list[dict[str, Any]]:
    return [{"function": {"name": name}} for name in names]


async def test_a_stream_is_read_part_by_part_up_to_its_end() -> None:
    body = delta(content="Go") + b": comment\n" + delta(content=None) + b"data: [DONE]\ndata: x"
    assert await parts(body) == [ChatPart("Go", frozenset()), ChatPart("", frozenset())]


async def test_a_document_is_one_part() -> None:
    message = {"content": "Good.", "tool_calls": calling("end_call")}
    body = json.dumps({"choices": [{"message": message}]}).encode()
    assert await parts(body, "application/json") == [ChatPart("Good.", frozenset({"end_call"}))]


@pytest.mark.parametrize(
    "calls", [5, [5], [{"function": 5}], [{"function": {}}], [{"function": {"name": 5}}], None]
)
async def test_what_is_no_call_of_a_function_is_passed_over(calls: Any) -> None:
    assert await parts(delta(tool_calls=calls)) == [ChatPart("", frozenset())]


async def test_functions_are_known_by_name() -> None:
    (part,) = await parts(delta(tool_calls=calling("a", "b", "a")))
    assert part.functions == {"a", "b"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"data: {]", "no JSON"),
        (b"data: []", "no choices"),
        (delta(content=[1]), "no text"),
        (b'data: {"error": "x"}', "the model failed: x"),
        (b"data: " + b"x" * 70_000, "a line of more than"),
    ],
)
async def test_what_makes_no_sense_is_an_error(body: bytes, why: str) -> None:
    with pytest.raises(ServerError, match=why):
        await parts(body)
