"""What every voice has in common: text in, speech out, piece by piece."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from aicall_cli.audio.format import Pcm
from aicall_cli.errors import AgentError, UsageError

MAX_TEXT = 20_000
"""Characters that are spoken at one request: some twenty minutes."""


class SynthesiserError(AgentError):
    """Raised when text could not be spoken."""


@dataclass(frozen=True, slots=True)
class WordMark:
    """From ``offset_seconds`` into its chunk on, ``text[text_start:text_end]`` is heard.

    The positions are those of the whole text that was asked for. Marks come in the order of
    time and of text. A voice that cannot tell words marks whole sentences.
    """

    offset_seconds: float
    text_start: int
    text_end: int


@dataclass(frozen=True, slots=True, eq=False)
class SpeechChunk:
    """A piece of speech, int16 of shape ``(n,)``, mono, 48 kHz, and the words that begin in it."""

    pcm: Pcm
    words: tuple[WordMark, ...]


class Synthesiser(Protocol):
    """A voice. Use it from one task at a time."""

    rate: float
    """Times its own pace, 0.5 to 2; whoever sets it changes the sentences not yet begun."""

    @property
    def name(self) -> str:
        """What the voice is called by whoever chooses it."""
        ...

    async def open(self) -> None:
        """Make the voice ready; raise UsageError if it cannot be had."""
        ...

    def synthesise(self, text: str) -> AsyncGenerator[SpeechChunk, None]:
        """Speak ``text``; closing the generator early stops the work.

        Raises UsageError for more than MAX_TEXT characters, AgentError on a failure.
        """
        ...

    async def close(self) -> None:
        """Give back what the voice holds; safe to call twice."""
        ...


def check_length(text: str) -> None:
    """Raise UsageError if ``text`` is longer than a voice accepts."""
    if len(text) > MAX_TEXT:
        message = f"a text of {len(text)} characters is too long to be spoken"
        raise UsageError(message, hint=f"give at most {MAX_TEXT} characters at a time")
