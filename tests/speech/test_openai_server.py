import asyncio
import socket

import httpx
import pytest

from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret
from aicall_cli.speech import openai_server
from aicall_cli.speech.openai_server import OpenAiServer, ServerError, body_of, content_type
from tests.support.http_stub import (
    Answer,
    HttpRequest,
    endless,
    head,
    http_stub,
    in_pieces,
    raw,
    reply,
    silent,
)

_KEY = Secret("sk-very-secret")

real_time = pytest.mark.real_time


async def _ask(answer: Answer, patience: float = 5.0, limit: int = 1000) -> bytes:
    async with http_stub(answer) as stub:
        server = OpenAiServer(stub.url, _KEY, patience)
        async with server.client() as client, server.post(client, "thing", json={}) as response:
            return await body_of(response, limit)


@real_time
async def test_a_good_answer_is_its_body() -> None:
    assert await _ask(reply(b"yes")) == b"yes"


@real_time
async def test_the_key_and_the_path_are_sent_and_nothing_may_be_compressed() -> None:
    async with http_stub(reply(b"")) as stub:
        server = OpenAiServer(stub.url, _KEY)
        async with server.client() as client, server.post(client, "a/b", json={"x": 1}):
            pass
        (request,) = stub.requests
    assert (request.method, request.path) == ("POST", "/v1/a/b")
    assert request.headers["authorization"] == "Bearer sk-very-secret"
    assert request.headers["accept-encoding"] == "identity"
    assert request.body == b'{"x":1}'


@real_time
async def test_without_a_key_none_is_sent() -> None:
    async with http_stub(reply(b"")) as stub:
        server = OpenAiServer(stub.url)
        async with server.client() as client, server.post(client, "x"):
            pass
        assert "authorization" not in stub.requests[0].headers


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500])
@real_time
async def test_a_refusal_is_told_with_what_the_server_says(status: int) -> None:
    with pytest.raises(ServerError, match=rf"127.0.0.1:[0-9]+ answered {status}: no way"):
        await _ask(reply(b"no way\n", status=status, headers="Location: http://x/\r\n"))


@real_time
async def test_a_refused_key_is_hinted_at_and_never_shown() -> None:
    with pytest.raises(ServerError) as raised:
        await _ask(reply(b"bad key sk-very-secret \x1b[2J" + b"x" * 5000, status=401))
    assert "bad key *** \\x1b[2J" in raised.value.message
    assert "sk-very-secret" not in raised.value.message
    assert len(raised.value.message) < 300
    assert raised.value.hint == "give a key that this server accepts"


@real_time
async def test_a_refused_key_is_looked_for_where_it_is_kept() -> None:
    async with http_stub(reply(b"", status=403)) as stub:
        server = OpenAiServer(stub.url, key_variable="AICALL_CHAT_KEY")
        async with server.client() as client:
            with pytest.raises(ServerError) as raised:
                async with server.post(client, "x", json={}):
                    pass
    assert raised.value.hint == "give a key that this server accepts in AICALL_CHAT_KEY"


@real_time
async def test_a_body_without_end_is_cut_off() -> None:
    with pytest.raises(ServerError, match="sends more than 1000 bytes"):
        await _ask(endless)


@real_time
async def test_a_refusal_without_end_is_cut_off() -> None:
    with pytest.raises(ServerError, match="answered 500"):
        await _ask(in_pieces(*[b"x" * 3000] * 3, kind="text/plain", status=500, end=False))


@pytest.mark.parametrize(
    "answer",
    [
        silent,
        in_pieces(b"a", kind="text/plain", end=False),
        in_pieces(b"a", kind="text/plain", status=500, end=False),
    ],
    ids=["at once", "in its answer", "in its refusal"],
)
@real_time
async def test_a_server_that_stops_is_not_awaited(answer: Answer) -> None:
    with pytest.raises(ServerError, match="did not answer in time"):
        await _ask(answer, patience=0.2)


@real_time
async def test_a_server_that_trickles_is_not_awaited_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openai_server, "ANSWER_SECONDS", 0.3)
    trickle = in_pieces(*[b"a"] * 100, kind="text/plain", pause=0.05)
    with pytest.raises(ServerError, match="did not answer in time"):
        await _ask(trickle)


@real_time
async def test_a_head_that_trickles_is_not_awaited_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openai_server, "ANSWER_SECONDS", 0.3)

    async def trickle(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.05)

    with pytest.raises(ServerError, match="did not answer in time"):
        await _ask(trickle)


@pytest.mark.parametrize(
    "data",
    [b"", b"SSH-2.0-OpenSSH\r\n", b"\0" * 100, head(200, "text/plain", "Content-Length: 9\r\n")],
    ids=["nothing", "another protocol", "zeros", "a cut answer"],
)
@real_time
async def test_what_is_no_http_is_a_failed_connection(data: bytes) -> None:
    with pytest.raises(ServerError, match=r"the connection to 127.0.0.1:[0-9]+ failed"):
        await _ask(raw(data))


@real_time
async def test_an_answer_compressed_unasked_is_refused() -> None:
    with pytest.raises(ServerError, match="compresses"):
        await _ask(reply(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n"))


@real_time
async def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = OpenAiServer(f"http://127.0.0.1:{port}/v1")
    with pytest.raises(ServerError, match="cannot be reached"):
        async with server.client() as client, server.post(client, "x"):
            pass


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://host/v1",
        "http://",
        "http:///v1",
        "http://host:99999/v1",
        "http://[::1/v1",
        "http://host/v1?key=1",
        "http://host/v1#a",
        "http://ho\nst/v1",
    ],
)
def test_what_is_no_url_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        OpenAiServer(url)
    assert raised.value.hint == "such as https://host:port/v1"


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as raised:
        OpenAiServer("https://me:hush@host/v1")
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("key", ["a b", "a\nb", "clé"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(UsageError, match="the key has characters") as raised:
        OpenAiServer("https://host/v1", Secret(key))
    assert key not in str(raised.value)


def test_the_key_is_not_shown_by_repr() -> None:
    server = OpenAiServer("https://host:8443/v1", _KEY)
    assert "secret" not in repr(server)
    assert server.name == "host:8443"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("audio/WAV; rate=1", "audio/wav"), ("", ""), ("x" * 100, "x" * 59 + "…")],
)
def test_the_media_type_is_told_without_its_parameters(value: str, expected: str) -> None:
    response = httpx.Response(200, headers={"Content-Type": value})
    assert content_type(response) == expected
