"""What every maker of answers has in common: text in, text out, piece by piece."""

from collections.abc import AsyncGenerator, Callable
from typing import Protocol, TypeAlias

from aicall_cli.errors import AgentError


class ResponderError(AgentError):
    """Raised when no answer could be made."""


Heard: TypeAlias = Callable[[], str | None]
"""Tells how far an answer was heard that was cut off; None for one that was not."""


def to_its_end() -> None:
    """Say that an answer was not cut off."""


class Responder(Protocol):
    """Answers one caller through one call. Use it from one task at a time."""

    async def open(self) -> None:
        """Make ready; raise UsageError if it cannot be had."""
        ...

    def reply(self, text: str, heard: Heard = to_its_end) -> AsyncGenerator[str, None]:
        """Yield the answer to what the caller said, piece by piece as it is made.

        The pieces, joined, are the answer. Closing the generator early stops the work: the
        caller interrupted. ``heard`` can be asked at any time. Raises ResponderError.
        """
        ...

    @property
    def hangs_up(self) -> bool:
        """Whether the call is to end once the last answer is said."""
        ...

    @property
    def takes_prompt(self) -> bool:
        """Whether there is a language model that follows a system prompt."""
        ...

    def instruct(self, prompt: str) -> None:
        """Answer by this system prompt from the next question on."""
        ...

    async def close(self) -> None:
        """Give back what it holds; safe to call twice."""
        ...
