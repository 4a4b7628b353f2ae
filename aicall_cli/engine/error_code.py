"""AICallKit's error numbers, and which of them a failure of ours amounts to.

The vendor's clients report every failure of a call by one of these numbers
(``onErrorOccurs``), and what a method refuses. Those of its chat, below −10300, are not of a
call.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from aicall_cli.engine.enums import AgentErrorCode, ByeReason, EndReason
from aicall_cli.errors import (
    AicallError,
    SubscriptionError,
    UnknownAgentError,
    UsageError,
    ValueRefused,
)


class ErrorCode(IntEnum):
    """AICallKit's ``ErrorCode`` (``ARTCAICallErrorCode``)."""

    NONE = 0
    INVALID_ACTION = -1
    INVALID_PARAMETERS = -2
    NETWORK_ERROR = -3
    INTERNAL_ERROR = -4
    BEGIN_CALL_FAILED = -10000
    CONNECTION_FAILED = -10001
    PUBLISH_FAILED = -10002
    SUBSCRIBE_FAILED = -10003
    TOKEN_EXPIRED = -10004
    KICKED_BY_USER_REPLACE = -10005
    KICKED_BY_SYSTEM = -10006
    KICKED_BY_CHANNEL_TERMINATED = -10007
    LOCAL_DEVICE_EXCEPTION = -10008
    AGENT_LEAVE_CHANNEL = -10101
    AGENT_PULL_FAILED = -10102
    AGENT_ASR_FAILED = -10103
    AVATAR_SERVICE_FAILED = -10201
    AVATAR_ROUTES_EXHAUSTED = -10202
    AGENT_SUBSCRIPTION_REQUIRED = -10203
    AGENT_NOT_FOUND = -10204
    UNKNOWN_ERROR = -40000


_OF_AGENT: Final[Mapping[int, ErrorCode]] = {
    AgentErrorCode.AVATAR_ROUTES_EXHAUSTED: ErrorCode.AVATAR_ROUTES_EXHAUSTED,
    AgentErrorCode.AGENT_PULL_FAILED: ErrorCode.AGENT_PULL_FAILED,
    AgentErrorCode.AGENT_ASR_FAILED: ErrorCode.AGENT_ASR_FAILED,
    AgentErrorCode.AVATAR_SERVICE_FAILED: ErrorCode.AVATAR_SERVICE_FAILED,
}

_OF_BYE: Final[Mapping[int, ErrorCode]] = {
    ByeReason.BY_SYSTEM: ErrorCode.KICKED_BY_SYSTEM,
    ByeReason.CHANNEL_TERMINATED: ErrorCode.KICKED_BY_CHANNEL_TERMINATED,
    ByeReason.REPLACED: ErrorCode.KICKED_BY_USER_REPLACE,
}

_OF_END: Final[Mapping[EndReason, ErrorCode]] = {
    EndReason.AGENT_FAILED: ErrorCode.AGENT_LEAVE_CHANNEL,
    EndReason.CONNECT_FAILED: ErrorCode.CONNECTION_FAILED,
    EndReason.CONNECTION_LOST: ErrorCode.CONNECTION_FAILED,
    EndReason.KICKED: ErrorCode.KICKED_BY_SYSTEM,
}


def agent_error(code: int) -> ErrorCode:
    """Return what message 1000 with ``code`` amounts to; ``UNKNOWN_ERROR`` for another code."""
    return _OF_AGENT.get(code, ErrorCode.UNKNOWN_ERROR)


def bye_error(reason: int) -> ErrorCode:
    """Return what a goodbye of the media network amounts to; of an unknown reason its system's."""
    return _OF_BYE.get(reason, ErrorCode.KICKED_BY_SYSTEM)


def end_error(reason: EndReason) -> ErrorCode:
    """Return what an end amounts to of which no more is known than its reason."""
    return _OF_END.get(reason, ErrorCode.NONE)


def begin_error(error: AicallError) -> ErrorCode:
    """Return what the error amounts to that a call did not come about for.

    NONE where no more is known than that.
    """
    match error:
        case SubscriptionError():
            return ErrorCode.AGENT_SUBSCRIPTION_REQUIRED
        case UnknownAgentError():
            return ErrorCode.AGENT_NOT_FOUND
        case _:
            return ErrorCode.NONE


def refusal_error(refusal: AicallError) -> ErrorCode:
    """Return what a command that was refused amounts to: its value's fault, or its time's."""
    if isinstance(refusal, ValueRefused | UsageError):
        return ErrorCode.INVALID_PARAMETERS
    return ErrorCode.INVALID_ACTION
