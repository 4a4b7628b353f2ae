"""Every error that aicall raises on purpose, in one tree.

::

    AicallError                 exit status
    ├── UsageError              2    an argument that cannot be used
    │   └── UnknownAgentError   2    an agent id that the server does not have
    ├── ConnectError            3    no call could be set up
    ├── CredentialError         4    the server refused the credentials
    ├── AgentError              5    the agent failed, or left with an error
    │   └── SubscriptionError   5    the account does not have agents of this kind
    ├── NoReplyError            6    a reply was expected and none came
    ├── DeviceError             7    an audio device cannot be used
    ├── SourceError             8    the input cannot be read
    ├── ConnectionLostError     9    an established call was lost for good
    ├── RecordingError          10   the recording cannot be written
    ├── CallTimeoutError        1    the call ran past its time limit
    ├── OutputError         10   standard output cannot be written
    ├── OutputClosedError   141  standard output's reader is gone
    ├── CommandRefused          70   a command is not possible in the call's state
    │   └── ValueRefused        70   a command holds what cannot be sent, or taken
    └── RemoteProtocolError     3    the peer broke the protocol

A message says what failed and with which value; ``hint`` says what to do next. Broken
invariants of our own are assertions, not errors of this tree.
"""

from typing import ClassVar

from aicall_cli.exit_status import ExitStatus


class AicallError(Exception):
    """The base of the tree: one sentence, a next step and an exit status."""

    exit_status: ClassVar[ExitStatus] = ExitStatus.INTERNAL

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def gravest(error: Exception) -> Exception:
    """Return ``error``, or of a task group's errors the one to tell.

    A fault of our own outweighs an error of this tree; of equals it is the first.
    """
    if not isinstance(error, ExceptionGroup):
        return error
    errors = [gravest(member) for member in error.exceptions]
    faults = [member for member in errors if not isinstance(member, AicallError)]
    return (faults or errors)[0]


class UsageError(AicallError):
    """Raised when an option or argument cannot be used."""

    exit_status = ExitStatus.USAGE


class UnknownAgentError(UsageError):
    """Raised when the server does not know the agent id that was asked for."""


class ConnectError(AicallError):
    """Raised when a call cannot be set up: refused, silent, unreachable."""

    exit_status = ExitStatus.CANNOT_CONNECT


class CredentialError(AicallError):
    """Raised when the server refuses the token or key."""

    exit_status = ExitStatus.CREDENTIALS_REFUSED


class AgentError(AicallError):
    """Raised when the agent reports a failure or leaves the call because of one."""

    exit_status = ExitStatus.AGENT_FAILED


class SubscriptionError(AgentError):
    """Raised when the account, or the server, does not have agents of the kind asked for."""


class NoReplyError(AicallError):
    """Raised when ``--expect-reply`` was given and the agent never spoke."""

    exit_status = ExitStatus.NO_REPLY


class DeviceError(AicallError):
    """Raised when an audio device or its library cannot be used."""

    exit_status = ExitStatus.DEVICE


class SourceError(AicallError):
    """Raised when an audio input cannot be read."""

    exit_status = ExitStatus.UNREADABLE_INPUT


class ConnectionLostError(AicallError):
    """Raised when an established call is lost and does not come back."""

    exit_status = ExitStatus.CONNECTION_LOST


class RecordingError(AicallError):
    """Raised when the recording cannot be created or written."""

    exit_status = ExitStatus.RECORDING


class CallTimeoutError(AicallError):
    """Raised when a call runs past the time limit that its caller set."""

    exit_status = ExitStatus.CHECK_FAILED


class OutputError(AicallError):
    """Raised when standard output cannot be written, be it for a full disk."""

    exit_status = ExitStatus.RECORDING


class OutputClosedError(AicallError):
    """Raised when whoever read standard output is gone; said by the status alone."""

    exit_status = ExitStatus.OUTPUT_CLOSED


class CommandRefused(AicallError):  # noqa: N818 - a refusal, named as the engine's answer
    """Raised when a command is not possible in the call's present state.

    Nothing of it was sent, and nothing is queued.
    """


class ValueRefused(CommandRefused):
    """Raised when a command holds a value that is out of its range, or none."""


class RemoteProtocolError(AicallError):
    """Raised when the peer sends what its protocol does not allow."""

    exit_status = ExitStatus.CANNOT_CONNECT
