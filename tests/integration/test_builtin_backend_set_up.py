"""The built-in backend against servers that set a call up wrong, over real sockets."""

import asyncio
from collections.abc import Callable

import pytest

from aicall_cli.errors import (
    AicallError,
    ConnectError,
    RemoteProtocolError,
    UnknownAgentError,
    UsageError,
)
from aicall_cli.protocol import signaling
from aicall_cli.protocol.signaling import Answer, Bye, Join, RefusalCode, Refused
from tests.integration.backend_caller import DEADLINE, refusal
from tests.integration.hostile_servers import JOINED, Caller, Script, signaling_server, until_closed

# --- answers to join -------------------------------------------------------------------------


def answering(data: str | bytes) -> Script:
    async def script(caller: Caller) -> None:
        await caller.receive()
        await caller.socket.send(data)
        await until_closed(caller)

    return script


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hello",
        "[]",
        "null",
        b"\x00\xff",
        '{"type": "joined"}',
        '{"type": "joined", "call_id": 7, "agent_user_id": "x"}',
        '{"type": "what"}',
        "[" * 100_000,
        signaling.encode(Answer("v=0")),
        signaling.encode(Join("echo", "me")),
    ],
    ids=lambda data: repr(data[:20]),
)
async def test_join_is_answered_by_nonsense(data: str | bytes) -> None:
    async with signaling_server(answering(data)) as server:
        error = await refusal(server.url)
    assert type(error) is RemoteProtocolError


async def test_join_is_answered_by_ten_megabytes() -> None:
    async with signaling_server(answering("x" * 10_000_000)) as server:
        error = await refusal(server.url)
    assert type(error) is ConnectError
    assert "too big" in error.message


async def test_join_is_not_answered() -> None:
    async with signaling_server(until_closed) as server:
        error = await refusal(server.url, connect_timeout=DEADLINE)
    assert type(error) is ConnectError
    assert "request to join" in error.message


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (RefusalCode.UNKNOWN_AGENT, UnknownAgentError),
        (RefusalCode.BAD_OPTION, UsageError),
        (RefusalCode.BUSY, ConnectError),
        (RefusalCode.VERSION, ConnectError),
        (RefusalCode.BAD_REQUEST, ConnectError),
    ],
)
async def test_join_is_refused(code: RefusalCode, kind: type[AicallError]) -> None:
    refused = signaling.encode(Refused(code, "because", ("echo", "assistant")))
    async with signaling_server(answering(refused)) as server:
        error = await refusal(server.url, agent_id="nobody")
    assert type(error) is kind
    if kind is UnknownAgentError:
        assert "nobody" in error.message
        assert "echo, assistant" in (error.hint or "")
    else:
        assert "because" in error.message


async def test_goodbye_instead_of_an_answer() -> None:
    async with signaling_server(answering(signaling.encode(Bye("lunch")))) as server:
        error = await refusal(server.url)
    assert type(error) is ConnectError
    assert "lunch" in error.message


async def test_what_cannot_be_sent_is_the_users_fault() -> None:
    async with signaling_server(until_closed) as server:
        error = await refusal(server.url, user_id="x" * 300_000)
    assert type(error) is UsageError


# --- answers to the offer --------------------------------------------------------------------


async def test_the_server_dies_between_join_and_answer() -> None:
    async def script(caller: Caller) -> None:
        await caller.receive()
        await caller.send(JOINED)
        await caller.receive()

    async with signaling_server(script) as server:
        error = await refusal(server.url)
    assert type(error) is ConnectError
    assert "closed the connection" in error.message


def answering_offer(change: Callable[[str], str]) -> Script:
    async def script(caller: Caller) -> None:
        await caller.send(Answer(change(await caller.answer())))
        await until_closed(caller)

    return script


def without_candidates(sdp: str) -> str:
    lines = sdp.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("a=candidate"))


def without_audio(sdp: str) -> str:
    head, *sections = sdp.split("m=")
    return "m=".join([head, *(section for section in sections if "audio" not in section)])


@pytest.mark.parametrize(
    "change",
    [
        lambda sdp: "",
        lambda sdp: "hello",
        lambda sdp: "v=0\r\n",
        lambda sdp: sdp.replace("opus", "what"),
        lambda sdp: sdp.replace("a=mid:0", "a=mid:7"),
        lambda sdp: sdp.replace("m=audio", "m=video"),
        lambda sdp: sdp.replace("a=fingerprint", "a=nothing"),
        without_audio,
    ],
    ids=["empty", "words", "short", "codec", "mid", "video", "no fingerprint", "no audio"],
)
async def test_an_answer_that_cannot_be_used(change: Callable[[str], str]) -> None:
    async with signaling_server(answering_offer(change)) as server:
        error = await refusal(server.url, connect_timeout=3)
    assert isinstance(error, RemoteProtocolError | ConnectError)


def elsewhere(sdp: str) -> str:
    return sdp.replace("127.0.0.1", "192.0.2.1").replace("::1", "2001:db8::1")


@pytest.mark.parametrize("change", [without_candidates, elsewhere])
async def test_no_media_connection_comes_about(change: Callable[[str], str]) -> None:
    async def script(caller: Caller) -> None:
        answer = await caller.answer()
        await caller.close()  # else it would find the caller by itself
        await caller.send(Answer(change(answer)))
        await until_closed(caller)

    loop = asyncio.get_running_loop()
    async with signaling_server(script) as server:
        began = loop.time()
        error = await refusal(server.url, connect_timeout=DEADLINE)
        took = loop.time() - began
    assert type(error) is ConnectError
    assert "media connection" in error.message
    assert took < DEADLINE + 2


async def test_another_ends_certificate() -> None:
    def forge(sdp: str) -> str:
        return sdp.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:")

    async with signaling_server(answering_offer(forge)) as server:
        error = await refusal(server.url, connect_timeout=5)
    assert type(error) is ConnectError
    assert "media connection" in error.message


async def test_the_server_dies_while_the_media_connects() -> None:
    async def script(caller: Caller) -> None:
        await caller.send(Answer(without_candidates(await caller.answer())))

    loop = asyncio.get_running_loop()
    async with signaling_server(script) as server:
        began = loop.time()
        error = await refusal(server.url, connect_timeout=10)
        took = loop.time() - began
    assert type(error) is ConnectError
    assert "closed the connection" in error.message
    assert took < 5, "the deadline was waited for"


async def test_the_server_says_goodbye_while_the_media_connects() -> None:
    async def script(caller: Caller) -> None:
        await caller.send(Answer(without_candidates(await caller.answer())))
        await caller.send(Bye("lunch"))

    async with signaling_server(script) as server:
        error = await refusal(server.url, connect_timeout=10)
    assert type(error) is ConnectError
    assert "lunch" in error.message
