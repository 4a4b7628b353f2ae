"""What every speech recogniser has in common: one utterance at a time, partials, a final."""

from collections.abc import Callable
from typing import Protocol

from aicall_cli.audio.format import Pcm
from aicall_cli.errors import AgentError

RECOGNISER_RATE = 16_000
"""Samples per second that a recogniser is fed with."""
MAX_UTTERANCE_SECONDS = 60
"""Longer utterances are recognised up to here; what follows is counted and left out."""

OnPartial = Callable[[str], None]
"""Takes the text of the utterance so far; each call replaces the one before."""


class RecogniserError(AgentError):
    """Raised when speech could not be recognised, whatever was said."""


class Recogniser(Protocol):
    """Turns utterances into text. Use it from one task at a time."""

    async def open(self) -> None:
        """Make ready; raise UsageError if it cannot be had. Audio may be fed right after."""
        ...

    def start_utterance(self, on_partial: OnPartial) -> None:
        """Begin an utterance; one that is not finished is forgotten."""
        ...

    def feed(self, pcm: Pcm) -> None:
        """Take the utterance's next samples: int16 ``(n,)``, mono, 16 kHz. Never waits."""
        ...

    async def finish(self) -> str:
        """Return the utterance's final text, empty if nothing was understood.

        Raises AgentError; the next utterance may go well all the same.
        """
        ...

    def cancel(self) -> None:
        """Forget the utterance; its partials stop."""
        ...

    async def close(self) -> None:
        """Give back what the recogniser holds; safe to call twice."""
        ...
