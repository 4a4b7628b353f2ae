"""How the end of a call is told to whoever made it: as nothing, or as an error."""

from collections.abc import Mapping
from typing import Final

from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.events import CallEnded
from aicall_cli.errors import (
    AgentError,
    AicallError,
    CallTimeoutError,
    ConnectError,
    ConnectionLostError,
)

_ERRORS: Final[Mapping[EndReason, type[AicallError]]] = {
    EndReason.AGENT_FAILED: AgentError,
    EndReason.CONNECT_FAILED: ConnectError,
    EndReason.CONNECTION_LOST: ConnectionLostError,
    EndReason.KICKED: ConnectionLostError,
    EndReason.TIMEOUT: CallTimeoutError,
}


def error_of(ended: CallEnded) -> AicallError | None:
    """Return the error that the end of a call amounts to; None after a hang-up or a goodbye."""
    error = _ERRORS.get(ended.reason)
    return None if error is None else error(ended.message)
