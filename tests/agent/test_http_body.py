import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.requests import Request

from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.http_body import read_body, signaling_address


def request(
    *pieces: MutableMapping[str, Any], host: bytes = b"agent.example", scheme: str = "http"
) -> Request:
    waiting = list(pieces)

    async def receive() -> MutableMapping[str, Any]:
        if not waiting:
            await asyncio.sleep(3600)
        return waiting.pop(0)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "scheme": scheme,
        "server": ("127.0.0.1", 80),
        "headers": [(b"host", host)],
    }
    return Request(scope, receive)


def piece(body: bytes, more: bool) -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_comes_in_pieces() -> None:
    assert await read_body(request(piece(b"a", True), piece(b"b", False)), 2) == b"ab"


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ((piece(b"a", True), piece(b"bc", True)), "RequestTooLarge"),
        ((piece(b"a", True),), "RequestTimeout"),
        ((piece(b"a", True), {"type": "http.disconnect"}), "RequestTimeout"),
    ],
    ids=["too long", "too slow", "cut off"],
)
async def test_a_body_that_does_not_come(
    pieces: tuple[MutableMapping[str, Any], ...], code: str
) -> None:
    with pytest.raises(ControlError, match=code):
        await read_body(request(*pieces), 2)


@pytest.mark.parametrize(
    ("host", "scheme", "address"),
    [
        (b"agent.example:8765", "http", "ws://agent.example:8765/v1/call"),
        (b"agent.example", "https", "wss://agent.example/v1/call"),
        (b"127.0.0.1:1", "http", "ws://127.0.0.1:1/v1/call"),
        (b"[::1]:1", "http", "ws://[::1]:1/v1/call"),
    ],
)
def test_calls_come_where_the_request_came(host: bytes, scheme: str, address: str) -> None:
    assert signaling_address(request(host=host, scheme=scheme)) == address


@pytest.mark.parametrize("host", [b"", b"a b", b"a/b", b"user@host", b"a:", b"\xff", b"[::1"])
def test_a_host_that_is_none(host: bytes) -> None:
    with pytest.raises(ControlError, match="Host"):
        signaling_address(request(host=host))
