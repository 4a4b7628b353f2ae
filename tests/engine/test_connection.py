import pytest

from aicall_cli.engine.connection import CONNECTING, JOINED, Connection
from aicall_cli.engine.enums import ConnectionReason, ConnectionStatus, EndReason
from aicall_cli.engine.events import ConnectionStatusChanged


def test_a_connection_is_what_it_was_told_last() -> None:
    connection = Connection()
    assert connection.status is ConnectionStatus.INIT
    for event in (
        CONNECTING,
        JOINED,
        ConnectionStatusChanged(ConnectionStatus.RECONNECTING, ConnectionReason.INTERRUPTED),
        JOINED,
    ):
        assert connection.change(event) == [event]
        assert connection.status is event.status
    assert connection.change(JOINED) == []


@pytest.mark.parametrize(
    ("end", "status", "reason"),
    [
        (EndReason.HUNG_UP, ConnectionStatus.DISCONNECTED, ConnectionReason.LEFT),
        (EndReason.AGENT_FAILED, ConnectionStatus.DISCONNECTED, ConnectionReason.LEFT),
        (EndReason.CONNECT_FAILED, ConnectionStatus.FAILED, ConnectionReason.JOIN_FAILED),
        (EndReason.CONNECTION_LOST, ConnectionStatus.FAILED, ConnectionReason.INTERRUPTED),
    ],
)
def test_a_connection_ends_with_its_call(
    end: EndReason, status: ConnectionStatus, reason: ConnectionReason
) -> None:
    connection = Connection()
    connection.change(CONNECTING)
    assert connection.end(end) == [ConnectionStatusChanged(status, reason)]
    assert connection.status is status
    assert connection.end(end) == []
