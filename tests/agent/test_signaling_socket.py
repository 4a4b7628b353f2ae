import asyncio
from collections import deque
from typing import Any

import pytest
from starlette.websockets import WebSocket

from aicall_cli.agent.signaling_socket import (
    SEND_TIMEOUT_SECONDS,
    CallerGone,
    CallerLeft,
    Refusal,
    SignalingSocket,
)
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.signaling import Bye, Join, Leave, Offer, RefusalCode, encode


class Wire:
    """The ASGI side of a WebSocket."""

    def __init__(self, *frames: dict[str, Any], stuck: bool = False) -> None:
        self.frames = deque(frames)
        self.sent: list[Any] = []
        self.stuck = stuck

    async def receive(self) -> Any:
        if not self.frames:
            await asyncio.Event().wait()
        return self.frames.popleft()

    async def send(self, message: Any) -> None:
        if self.stuck and message["type"] != "websocket.accept":
            await asyncio.Event().wait()
        self.sent.append(message)


async def accepted(wire: Wire) -> SignalingSocket:
    wire.frames.appendleft({"type": "websocket.connect"})
    websocket = WebSocket({"type": "websocket", "headers": []}, wire.receive, wire.send)
    await websocket.accept()
    return SignalingSocket(websocket)


def text(message: Join | Offer | Leave) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": encode(message)}


async def test_messages_are_read_in_order() -> None:
    socket = await accepted(Wire(text(Join("echo", "u")), text(Offer("v=0"))))
    assert await socket.expect(Join, 1) == Join("echo", "u")
    assert await socket.receive() == Offer("v=0")


async def test_leaving_and_closing_both_mean_that_the_caller_is_gone() -> None:
    socket = await accepted(Wire(text(Leave()), {"type": "websocket.disconnect", "code": 1000}))
    with pytest.raises(CallerLeft):
        await socket.receive()
    for _ in range(2):
        with pytest.raises(CallerGone) as caught:
            await socket.receive()
        assert not isinstance(caught.value, CallerLeft)


@pytest.mark.parametrize(
    "frame", [{"text": "garbage"}, {"bytes": b"\x00\xff"}, {"text": '{"type": "dance"}'}], ids=str
)
async def test_what_is_no_message_is_an_error_and_the_next_is_read(frame: dict[str, Any]) -> None:
    socket = await accepted(Wire({"type": "websocket.receive", **frame}, text(Offer("x"))))
    with pytest.raises(RemoteProtocolError):
        await socket.receive()
    assert await socket.receive() == Offer("x")


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        ({"type": "websocket.receive", "text": "{}"}, "type is missing"),
        (text(Offer("v=0")), "offer came where join belongs"),
        (None, "no join came within 10 s"),
    ],
    ids=["garbage", "another message", "nothing"],
)
async def test_what_was_not_expected_is_refused(frame: dict[str, Any] | None, says: str) -> None:
    socket = await accepted(Wire(*([frame] if frame else [])))
    with pytest.raises(Refusal, match=says) as caught:
        await socket.expect(Join, 10)
    assert caught.value.refused.code is RefusalCode.BAD_REQUEST


async def test_messages_and_raw_frames_are_sent() -> None:
    wire = Wire()
    socket = await accepted(wire)
    await socket.send(Bye("so long"))
    await socket.send_raw("raw")
    await socket.send_raw(b"\x01")
    await socket.close()
    await socket.close()
    assert wire.sent[1:] == [
        {"type": "websocket.send", "text": encode(Bye("so long"))},
        {"type": "websocket.send", "text": "raw"},
        {"type": "websocket.send", "bytes": b"\x01"},
        {"type": "websocket.close", "code": 1000, "reason": ""},
    ]
    with pytest.raises(CallerGone):
        await socket.send(Bye("again"))


async def test_a_caller_that_takes_nothing_is_given_up() -> None:
    socket = await accepted(Wire(stuck=True))
    began = asyncio.get_running_loop().time()
    with pytest.raises(CallerGone):
        await socket.send(Bye("so long"))
    await socket.close()
    assert asyncio.get_running_loop().time() == began + 2 * SEND_TIMEOUT_SECONDS
