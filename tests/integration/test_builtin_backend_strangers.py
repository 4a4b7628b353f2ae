"""The built-in backend against what is no `aicall serve`, over real sockets."""

import asyncio
import socket
from http import HTTPStatus

import pytest

from aicall_cli.errors import ConnectError, CredentialError
from aicall_cli.protocol import signaling
from aicall_cli.protocol.signaling import RefusalCode, Refused
from tests.integration.backend_caller import DEADLINE, TOKEN, refusal
from tests.integration.hostile_servers import (
    Caller,
    Handler,
    raw_server,
    saying,
    signaling_server,
    stay_silent,
    until_closed,
)


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    error = await refusal(f"ws://127.0.0.1:{port}", token=TOKEN)
    assert type(error) is ConnectError
    assert "Connection refused" in error.message


async def test_no_such_host() -> None:
    error = await refusal("ws://no-such-host.invalid:1")
    assert type(error) is ConnectError
    assert "no-such-host.invalid" in error.message


@pytest.mark.parametrize(
    "handler",
    [stay_silent, saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX: ")],
)
async def test_one_that_never_finishes_its_answer(handler: Handler) -> None:
    loop = asyncio.get_running_loop()
    async with raw_server(handler) as url:
        began = loop.time()
        error = await refusal(url, connect_timeout=DEADLINE)
        took = loop.time() - began
    assert type(error) is ConnectError
    assert "does not answer" in error.message
    assert "after 1 s" in error.message
    assert took < DEADLINE + 1


@pytest.mark.parametrize(
    "handler",
    [
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
        saying(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
        saying(b"220 mail.example ESMTP\r\n", first=True),
        saying(b"SSH-2.0-OpenSSH_9.6\r\n", first=True),
        saying(b"\x15\x03\x01\x00\x02\x02\x46"),  # a TLS server's alert
        saying(b""),
        saying(bytes(range(256)) * 100),
        saying(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 100_000 + b"\r\n\r\n"),
        saying(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 10_000 + b"\r\n"),
    ],
    ids=["http", "101", "smtp", "ssh", "tls", "nothing", "noise", "long header", "many headers"],
)
async def test_one_that_speaks_something_else(handler: Handler) -> None:
    async with raw_server(handler) as url:
        error = await refusal(url, token=TOKEN, connect_timeout=DEADLINE)
    assert type(error) is ConnectError


async def test_tls_with_one_that_has_none() -> None:
    async with raw_server(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        error = await refusal(url.replace("ws://", "wss://"), connect_timeout=DEADLINE)
    assert type(error) is ConnectError
    assert "SSL" in error.message


@pytest.mark.parametrize("status", [HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR])
async def test_the_upgrade_is_refused(status: HTTPStatus) -> None:
    async with signaling_server(until_closed, refuse=status) as server:
        error = await refusal(server.url)
    assert type(error) is ConnectError
    assert f"HTTP {status.value}" in error.message


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN])
async def test_the_token_is_refused(status: HTTPStatus) -> None:
    async with signaling_server(until_closed, refuse=status) as server:
        error = await refusal(server.url, token=TOKEN)
    assert type(error) is CredentialError
    assert "--token" in (error.hint or "")
    (request,) = server.requests
    assert request.headers["Authorization"] == f"Bearer {TOKEN.reveal()}"
    assert request.path == signaling.SIGNALING_PATH


async def test_a_redirect_is_followed_and_the_token_stays_behind() -> None:
    async def refuse(caller: Caller) -> None:
        await caller.receive()
        await caller.send(Refused(RefusalCode.BUSY, "full"))

    async with (
        signaling_server(refuse) as there,
        signaling_server(until_closed, redirect=there.url) as here,
    ):
        error = await refusal(here.url, token=TOKEN)
    assert "full" in error.message
    assert "Authorization" in here.requests[0].headers
    assert "Authorization" not in there.requests[0].headers


@pytest.mark.parametrize("target", ["http://127.0.0.1/", "ws://[::1", "ws://h:99999", "/v1/call"])
async def test_a_redirect_that_leads_nowhere(target: str) -> None:
    async with signaling_server(until_closed, redirect=target) as server:
        error = await refusal(server.url, connect_timeout=5)
    assert type(error) is ConnectError
