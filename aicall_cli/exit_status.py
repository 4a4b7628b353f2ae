"""The exit statuses of ``aicall``: one number for each way a call can end."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What the process tells its parent; the README documents the same table."""

    OK = 0
    CHECK_FAILED = 1
    """A requested check failed, or the call ran past ``--timeout``."""
    USAGE = 2
    """An option, argument, agent id, rate or port that cannot be used (as click has it)."""
    CANNOT_CONNECT = 3
    CREDENTIALS_REFUSED = 4
    AGENT_FAILED = 5
    """The agent reported a failure or left the call with an error."""
    NO_REPLY = 6
    """``--expect-reply`` was given and the agent never spoke."""
    DEVICE = 7
    UNREADABLE_INPUT = 8
    CONNECTION_LOST = 9
    RECORDING = 10
    """The recording, or standard output, cannot be written."""
    INTERNAL = 70
    HANGUP = 129
    INTERRUPTED = 130
    TERMINATED = 143
    OUTPUT_CLOSED = 141
    """Standard output was closed by its reader (128 + SIGPIPE)."""
