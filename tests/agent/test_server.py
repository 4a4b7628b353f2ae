"""What the server decides before a socket is accepted; the rest is shown on real sockets."""

from typing import Any

import pytest
from starlette.websockets import WebSocket

from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.server import AgentServer, _Denial, _is_loopback
from aicall_cli.secret import Secret


def websocket(**scope: Any) -> WebSocket:
    async def never(*_: Any) -> Any:
        raise AssertionError

    return WebSocket({"type": "websocket", "headers": [], **scope}, never, never)


@pytest.mark.parametrize(
    ("client", "loopback"),
    [
        (("127.0.0.1", 5000), True),
        (("::1", 5000), True),
        (("192.0.2.1", 5000), False),
        (("no address", 0), False),
        (None, False),
    ],
    ids=str,
)
def test_callers_on_this_machine_are_told_apart(client: object, loopback: bool) -> None:
    assert _is_loopback(websocket(client=client)) is loopback


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        (b"Bearer t\xc3\xb6ken", True),
        (b"bearer  t\xc3\xb6ken ", True),
        (b"Bearer t\xf6ken", False),
        (b"Bearer token", False),
        (b"Basic t\xc3\xb6ken", False),
        (b"", False),
    ],
    ids=str,
)
async def test_the_token_is_compared_as_bytes(header: bytes, allowed: bool) -> None:
    server = AgentServer({}, ServeOptions(token=Secret("töken")))
    caller = websocket(headers=[(b"authorization", header)], subprotocols=["aicall.v1"])
    if allowed:
        assert server._let_in(caller) is None
        return
    with pytest.raises(_Denial) as caught:
        server._let_in(caller)
    assert caught.value.response.status_code == 401
    assert caught.value.response.headers["www-authenticate"] == "Bearer"


async def test_another_subprotocol_is_denied() -> None:
    server = AgentServer({}, ServeOptions())
    with pytest.raises(_Denial) as caught:
        server._let_in(websocket(subprotocols=["aicall.v2"]))
    assert caught.value.response.status_code == 400


async def test_closing_without_calls_is_done_at_once() -> None:
    await AgentServer({}, ServeOptions()).close_calls("the server ends")
