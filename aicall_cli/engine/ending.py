"""How the end of a call is told to whoever made it: as nothing, or as an error."""

from collections.abc import Mapping
from typing import Final

from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.error_code import ErrorCode
from aicall_cli.engine.events import CallEnded
from aicall_cli.errors import (
    AgentError,
    AicallError,
    CallTimeoutError,
    ConnectError,
    ConnectionLostError,
)

_ERRORS: Final[Mapping[EndReason, tuple[type[AicallError], str | None]]] = {
    EndReason.AGENT_FAILED: (AgentError, None),
    EndReason.CONNECT_FAILED: (ConnectError, None),
    EndReason.CONNECTION_LOST: (
        ConnectionLostError,
        "see whether the server and the network are up, and call again",
    ),
    EndReason.KICKED: (ConnectionLostError, "call again"),
    EndReason.TIMEOUT: (CallTimeoutError, None),
}
"""What each end is, and what to do next where its message does not say so."""

_HINTS: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.KICKED_BY_USER_REPLACE: "give each call a --user-id of its own",
}
"""What to do next where the failure's number says more than the end's reason."""


def error_of(ended: CallEnded) -> AicallError | None:
    """Return the error that the end of a call amounts to; None after a hang-up or a goodbye."""
    if ended.reason not in _ERRORS:
        return None
    error, hint = _ERRORS[ended.reason]
    return error(ended.message, hint=_HINTS.get(ended.error, hint))
