"""The server's end of one signaling socket: messages instead of frames, with deadlines."""

import asyncio
from contextlib import suppress
from typing import Final, TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol import signaling
from aicall_cli.protocol.signaling import (
    ClientMessage,
    Leave,
    RefusalCode,
    Refused,
    ServerMessage,
)

SEND_TIMEOUT_SECONDS: Final = 5.0
"""How long a message may take to go out before the caller is given up."""

_Message = TypeVar("_Message", bound=ClientMessage)


class CallerGone(Exception):  # noqa: N818 - not an error: callers leave
    """Raised when the caller left, or its socket is closed."""


class CallerLeft(CallerGone):
    """Raised when the caller said that it leaves."""


class Refusal(Exception):  # noqa: N818 - the answer to a request, not an error of ours
    """Raised when the caller's request is to be answered by ``refused``."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        self.refused = refused


def bad_request(message: str) -> Refusal:
    """Return a refusal of what breaks the protocol."""
    return Refusal(Refused(RefusalCode.BAD_REQUEST, message))


class SignalingSocket:
    """One accepted WebSocket."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> ClientMessage:
        """Return the next message; raise RemoteProtocolError on one that is none.

        Raise CallerLeft when the caller says so, CallerGone when the socket is closed.
        """
        try:
            frame = await self._websocket.receive()
        except (RuntimeError, WebSocketDisconnect) as error:  # closed by our own side meanwhile
            raise CallerGone from error
        if frame["type"] == "websocket.disconnect":
            raise CallerGone
        text = frame.get("text")
        if text is None:
            raise RemoteProtocolError("signaling message: a binary frame")
        message = signaling.decode_client(text)
        if isinstance(message, Leave):
            raise CallerLeft
        return message

    async def expect(self, kind: type[_Message], seconds: float) -> _Message:
        """Return the next message, which must be a ``kind``, within ``seconds``.

        Raise Refusal on anything else, and CallerGone.
        """
        name = kind.__name__.lower()
        try:
            async with asyncio.timeout(seconds):
                message = await self.receive()
        except TimeoutError:
            raise bad_request(f"no {name} came within {seconds:g} s") from None
        except RemoteProtocolError as error:
            raise bad_request(error.message) from error
        if not isinstance(message, kind):
            raise bad_request(f"{type(message).__name__.lower()} came where {name} belongs")
        return message

    async def send(self, message: ServerMessage) -> None:
        """Send a message; raise CallerGone when the caller is gone or does not take it."""
        await self.send_raw(signaling.encode(message))

    async def send_raw(self, data: str | bytes) -> None:
        """Send a frame as it is, text or binary; raise CallerGone as ``send`` does."""
        frame = {"text": data} if isinstance(data, str) else {"bytes": data}
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                await self._websocket.send({"type": "websocket.send", **frame})
        except (RuntimeError, WebSocketDisconnect, TimeoutError) as error:
            raise CallerGone from error

    async def close(self) -> None:
        """Close the socket; calling it again changes nothing."""
        if self._websocket.application_state is WebSocketState.DISCONNECTED:
            return
        with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                await self._websocket.close()
