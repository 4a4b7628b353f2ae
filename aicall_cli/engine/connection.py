"""The connection below the call, as AICallKit's clients are told of it.

``INIT`` → ``CONNECTING`` with the call's beginning; ``CONNECTED`` once the backend has joined;
from then on what the backend tells: ``RECONNECTING`` while nothing passes, and ``CONNECTED``
again. A call's end is the connection's: ``FAILED`` where the
connection was what failed, else ``DISCONNECTED``.
"""

from collections.abc import Mapping
from typing import Final

from aicall_cli.engine.enums import ConnectionReason, ConnectionStatus, EndReason
from aicall_cli.engine.events import ConnectionStatusChanged

CONNECTING: Final = ConnectionStatusChanged(
    ConnectionStatus.CONNECTING, ConnectionReason.CONNECTING
)
JOINED: Final = ConnectionStatusChanged(ConnectionStatus.CONNECTED, ConnectionReason.JOIN_OK)

INTERRUPTED: Final = ConnectionStatusChanged(
    ConnectionStatus.RECONNECTING, ConnectionReason.HEARTBEAT_TIMEOUT
)
RESUMED: Final = ConnectionStatusChanged(
    ConnectionStatus.CONNECTED, ConnectionReason.HEARTBEAT_ALIVE
)

_LEFT: Final = ConnectionStatusChanged(ConnectionStatus.DISCONNECTED, ConnectionReason.LEFT)
_FAILED: Final[Mapping[EndReason, ConnectionStatusChanged]] = {
    EndReason.CONNECT_FAILED: ConnectionStatusChanged(
        ConnectionStatus.FAILED, ConnectionReason.JOIN_FAILED
    ),
    EndReason.CONNECTION_LOST: ConnectionStatusChanged(
        ConnectionStatus.FAILED, ConnectionReason.INTERRUPTED
    ),
}


class Connection:
    """The state of one call's connection."""

    def __init__(self) -> None:
        self._status = ConnectionStatus.INIT

    @property
    def status(self) -> ConnectionStatus:
        """The state that it is in."""
        return self._status

    def change(self, event: ConnectionStatusChanged) -> list[ConnectionStatusChanged]:
        """Take the change; return it, or nothing where it is none."""
        if event.status is self._status:
            return []
        self._status = event.status
        return [event]

    def end(self, reason: EndReason) -> list[ConnectionStatusChanged]:
        """Take the call's end; return what that changes, nothing where it has ended already."""
        if self._status in (ConnectionStatus.DISCONNECTED, ConnectionStatus.FAILED):
            return []
        return self.change(_FAILED.get(reason, _LEFT))
