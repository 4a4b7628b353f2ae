"""What the server decides before a socket is accepted; the rest is shown on real sockets."""

from typing import Any

import pytest
from starlette.websockets import WebSocket

from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.server import AgentServer, _is_loopback
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
    denial = server._denial(caller)
    assert (denial is None) is allowed
    if denial is not None:
        assert denial.status_code == 401
        assert denial.headers["www-authenticate"] == "Bearer"


async def test_another_subprotocol_is_denied() -> None:
    server = AgentServer({}, ServeOptions())
    denial = server._denial(websocket(subprotocols=["aicall.v2"]))
    assert denial is not None
    assert denial.status_code == 400


async def test_closing_without_calls_is_done_at_once() -> None:
    await AgentServer({}, ServeOptions()).close_calls("the server ends")
