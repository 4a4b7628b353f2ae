import asyncio
import json
import logging
from contextlib import aclosing
from typing import Any

import pytest

from aicall_cli.agent import chat_endpoint
from aicall_cli.agent.chat_endpoint import APOLOGY, MAX_ANSWER, ChatResponder
from aicall_cli.agent.chat_history import ChatHistory
from aicall_cli.agent.responder import ResponderError
from aicall_cli.secret import Secret
from aicall_cli.speech.openai_server import OpenAiServer
from tests.support.http_stub import (
    Answer,
    HttpRequest,
    HttpStub,
    endless,
    http_stub,
    in_pieces,
    reply,
    silent,
)

pytestmark = pytest.mark.real_time

_STREAM = "text/event-stream"
_KEY = Secret("sk-very-secret")


def _deltas(delta: dict[str, Any]) -> bytes:
    return f"data: {json.dumps({'choices': [{'delta': delta}]})}\n\n".encode()


def _event(text: str) -> bytes:
    return _deltas({"content": text})


def _stream(*texts: str) -> bytes:
    return b"".join(map(_event, texts)) + b"data: [DONE]\n\n"


async def _reply(responder: ChatResponder, text: str) -> list[str]:
    async with aclosing(responder.reply(text)) as pieces:
        return [piece async for piece in pieces]


async def _ask(
    answer: Answer, *texts: str, patience: float = 5.0
) -> tuple[list[list[str]], HttpStub]:
    """Return the pieces of the answer to each of ``texts``."""
    async with http_stub(answer) as stub:
        responder = ChatResponder(OpenAiServer(stub.url, _KEY, patience), "a-model")
        await responder.open()
        try:
            return [await _reply(responder, text) for text in texts or ("Hello",)], stub
        finally:
            await responder.close()


async def test_an_answer_comes_piece_by_piece() -> None:
    answers, stub = await _ask(reply(_stream("Go", "od ", "day."), kind=_STREAM))
    assert answers == [["Go", "od ", "day."]]
    (request,) = stub.requests
    assert request.path == "/v1/chat/completions"
    wanted = json.loads(request.body)
    assert (wanted["model"], wanted["stream"]) == ("a-model", True)
    assert [message["role"] for message in wanted["messages"]] == ["system", "user"]
    assert wanted["messages"][1]["content"] == "Hello"


async def test_another_system_prompt_holds_from_the_next_question_on() -> None:
    async with http_stub(reply(_stream("Good."), kind=_STREAM)) as stub:
        responder = ChatResponder(OpenAiServer(stub.url), prompt="Be kind.")
        await responder.open()
        await _reply(responder, "one")
        assert responder.takes_prompt
        responder.instruct("Be brief.")
        await _reply(responder, "two")
        await responder.close()
    told = [json.loads(request.body)["messages"][0]["content"] for request in stub.requests]
    assert told == ["Be kind.", "Be brief."]


async def test_pieces_may_be_cut_anywhere_and_other_lines_are_passed_over() -> None:
    data = b": comment\r\nevent: x\r\n" + _stream("é", "b").replace(b"\n", b"\r\n") + b"data: junk"
    pieces = [data[at : at + 3] for at in range(0, len(data), 3)]
    answers, _ = await _ask(in_pieces(*pieces, kind=_STREAM))
    assert answers == [["é", "b"]]


async def test_a_first_piece_is_had_while_the_answer_goes_on() -> None:
    async with http_stub(in_pieces(_event("First. "), kind=_STREAM, end=False)) as stub:
        responder = ChatResponder(OpenAiServer(stub.url))
        await responder.open()
        async with aclosing(responder.reply("Hello")) as pieces:
            assert await anext(pieces) == "First. "
        await responder.close()
        assert responder._history.messages()[-1] == {"role": "assistant", "content": "First. "}


async def test_a_server_that_does_not_stream_is_understood() -> None:
    body = json.dumps({"choices": [{"message": {"content": "Good day."}}]}).encode()
    assert (await _ask(reply(body)))[0] == [["Good day."]]


async def test_a_stream_may_end_without_saying_so() -> None:
    assert (await _ask(reply(_event("Good day."), kind=_STREAM)))[0] == [["Good day."]]


async def test_empty_and_absent_contents_are_passed_over() -> None:
    events = (
        b'data: {"choices": []}\n\n'
        b'data: {"choices": [{"delta": {"role": "assistant", "content": null}}]}\n\n'
        b'data: {"choices": [{"finish_reason": "stop"}]}\n\n'
    )
    assert (await _ask(reply(events + _stream("Yes."), kind=_STREAM)))[0] == [["Yes."]]


async def test_the_model_is_reminded_of_what_was_said() -> None:
    _, stub = await _ask(reply(_stream("Yes."), kind=_STREAM), "One?", "Two?")
    messages = json.loads(stub.requests[1].body)["messages"]
    assert messages[1:] == [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "Two?"},
    ]


@pytest.mark.parametrize("history", [0, 2])
async def test_the_latest_turns_are_kept_and_begin_with_the_caller(history: int) -> None:
    texts = [f"Question {number}" for number in range(5)]
    async with http_stub(reply(_stream("Yes."), kind=_STREAM)) as stub:
        responder = ChatResponder(OpenAiServer(stub.url), history=ChatHistory(history))
        await responder.open()
        for text in texts:
            await _reply(responder, text)
        await responder.close()
    messages = json.loads(stub.requests[-1].body)["messages"][1:]
    asked = [message["content"] for message in messages if message["role"] == "user"]
    assert asked == texts[-1 - history :]
    assert [message["role"] for message in messages] == ["user", "assistant"] * history + ["user"]


async def test_a_question_without_an_answer_joins_the_next_one() -> None:
    count = 0

    async def answer(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        good = reply(_stream("Yes."), kind=_STREAM)
        await (reply(b"busy", status=503) if count == 1 else good)(request, writer)

    answers, stub = await _ask(answer, "One?", "Two?")
    assert answers == [[APOLOGY], ["Yes."]]
    messages = json.loads(stub.requests[1].body)["messages"]
    assert messages[1:] == [{"role": "user", "content": "One?\nTwo?"}]


def _calling(*functions: str) -> bytes:
    return _deltas({"tool_calls": [{"function": {"name": name}} for name in functions]})


@pytest.mark.parametrize(
    ("events", "pieces", "hangs_up"),
    [
        (_event("Goodbye.") + _calling("end_call"), ["Goodbye."], True),
        (_calling("end_call"), [], True),
        (_event("Hm.") + _calling("look_up"), ["Hm."], False),
        (
            _event("Hm.") + b'data: {"choices": [{"delta": {"tool_calls": [5]}}]}\n\n',
            ["Hm."],
            False,
        ),
    ],
)
async def test_a_model_hangs_up_by_the_function_that_it_was_given(
    events: bytes, pieces: list[str], hangs_up: bool
) -> None:
    async with http_stub(reply(events, kind=_STREAM)) as stub:
        responder = ChatResponder(OpenAiServer(stub.url), hangup=frozenset({"end_call"}))
        await responder.open()
        assert await _reply(responder, "Bye") == pieces
        assert responder.hangs_up is hangs_up
        await responder.close()
    (tool,) = json.loads(stub.requests[0].body)["tools"]
    assert tool["function"]["name"] == "end_call"


async def test_a_model_without_functions_is_offered_none() -> None:
    _, stub = await _ask(reply(_stream("Yes."), kind=_STREAM))
    assert "tools" not in json.loads(stub.requests[0].body)


async def test_a_long_answer_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answers, _ = await _ask(reply(_stream(*["word " * 100] * 100), kind=_STREAM))
    assert len("".join(answers[0])) == MAX_ANSWER
    assert "is cut" in caplog.text


_BAD = {
    "nothing": (reply(b"", kind=_STREAM), "answered nothing"),
    "done at once": (reply(_stream(), kind=_STREAM), "answered nothing"),
    "no JSON": (reply(b"data: {]\n\n", kind=_STREAM), "no JSON"),
    "deep JSON": (reply(b"[" * 100_000), "no JSON"),
    "another type": (reply(b"data: []\n\n", kind=_STREAM), "no choices"),
    "no choices": (reply(b"{}"), "no choices"),
    "content of another type": (
        reply(b'{"choices": [{"message": {"content": [1]}}]}'),
        "no text",
    ),
    "choice of another type": (reply(b'{"choices": [5]}'), "answered nothing"),
    "an error": (
        reply(b'data: {"error": {"message": "sk-very-secret \\u001b[2J"}}\n\n', kind=_STREAM),
        "the model failed",
    ),
    "an endless line": (endless, "a line of more than"),
    "an endless document": (
        in_pieces(*[bytes(65536)] * 20, kind="application/json"),
        "more than 1048576 bytes",
    ),
    "silence": (silent, "in time"),
    "refused": (reply(b"no", status=500), "answered 500: no"),
}


@pytest.mark.parametrize(("answer", "why"), _BAD.values(), ids=_BAD.keys())
async def test_a_bad_answer_is_an_apology_with_the_reason_logged(
    answer: Answer, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answers, _ = await _ask(answer, patience=0.3 if answer is silent else 5.0)
    assert answers == [[APOLOGY]]
    assert why in caplog.text
    assert "sk-very-secret" not in caplog.text
    assert "\x1b" not in caplog.text


async def test_an_answer_that_breaks_off_stays_as_far_as_it_came() -> None:
    answers, _ = await _ask(in_pieces(_event("Well, "), b"data: {]\n\n", kind=_STREAM))
    assert answers == [["Well, "]]


async def test_failures_in_a_row_are_given_up() -> None:
    with pytest.raises(ResponderError, match="answered 500"):
        await _ask(reply(b"", status=500), "One", "Two", "Three")


async def test_a_good_answer_forgives_earlier_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_endpoint, "MAX_FAILURES", 2)
    count = 0

    async def answer(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        good = reply(_stream("Yes."), kind=_STREAM)
        await (reply(b"", status=503) if count % 2 else good)(request, writer)

    answers, _ = await _ask(answer, "One", "Two", "Three", "Four")
    assert answers == [[APOLOGY], ["Yes."], [APOLOGY], ["Yes."]]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_given_up_at_once_and_not_shown(status: int) -> None:
    with pytest.raises(ResponderError) as raised:
        await _ask(reply(b"bad key sk-very-secret", status=status))
    assert f"answered {status}: bad key ***" in raised.value.message
    assert raised.value.hint == "give a key that this server accepts"
