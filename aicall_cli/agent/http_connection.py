"""uvicorn's HTTP connection with two bounds that it lacks: how many, and how long in silence."""

import asyncio
import logging
from typing import Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS: Final = 10.0
"""A connection whose first request is not complete by then is closed."""
MAX_CONNECTIONS: Final = 256
"""Connections at once, calls and others; one more is closed as it comes."""

_log = logging.getLogger(__name__)


class HttpConnection(H11Protocol):
    """One connection; a call is taken over from it by the WebSocket protocol."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called by the loop: somebody connected."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(REQUEST_SECONDS, self._give_up)
        if len(self.connections) > MAX_CONNECTIONS:
            _log.warning("a connection is closed: %d others are open", MAX_CONNECTIONS)
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop: it is closed."""
        self._patience.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        # What became a WebSocket is none of these connections any more. A cycle, which the
        # base class declares as always there, is there once a request was complete.
        requested = cast("object | None", self.cycle) is not None
        if self in self.connections and not requested:
            _log.warning("a connection is closed: no request came within %g s", REQUEST_SECONDS)
            self.transport.close()
