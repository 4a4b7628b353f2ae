"""uvicorn's WebSocket connection, with a handshake that a denial completes."""

from typing import TYPE_CHECKING

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent


class WebSocketConnection(WebSocketsSansIOProtocol):
    """One connection that became, or wants to become, a WebSocket."""

    async def send(self, message: "ASGISendEvent") -> None:
        """Send what the application says."""
        await super().send(message)
        # uvicorn notes it for a plain 403 only. Where the connection is then not closed at
        # once, as TLS is not, it would take the denial for a forgotten handshake, and log so.
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True
