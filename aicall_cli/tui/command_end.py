"""How a command that called will end, as known when its summary is printed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandEnd:
    """An exit status, and the sentence that standard error will hold."""

    status: int
    error: str | None = None
    """None: nothing failed, or a signal ended the command."""
