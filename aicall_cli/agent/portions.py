"""How much of an answer the voice gets at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.speech.sentences import SentenceCutter

MAX_LENGTH: Final = 100.0
MAX_DELAY_MS: Final = 10_000.0


@dataclass(frozen=True, slots=True)
class PortionSize:
    """AICallKit's ``LlmConfig.OutputMinLength`` and ``OutputMaxDelay``."""

    characters: int = 0
    """Sentences are put together until they have as many."""
    delay: float = 0.0
    """Seconds after which fewer will do; 0: they never do before the answer's end."""


ANY_SIZE: Final = PortionSize()


class Portions:
    """Takes one answer as it comes, and gives out whole sentences, enough of them at a time."""

    def __init__(self, size: PortionSize = ANY_SIZE) -> None:
        self._size = size
        self._cutter = SentenceCutter()
        self._kept = ""
        self._kept_since = 0.0

    @property
    def deadline(self) -> float | None:
        """When ``overdue`` should be called; None while there is no need."""
        return self._kept_since + self._size.delay if self._kept and self._size.delay else None

    def feed(self, text: str, now: float) -> Iterator[str]:
        """Yield the portions that ``text`` completed at ``now`` seconds."""
        for sentence in self._cutter.feed(text):
            if not self._kept:
                self._kept_since = now
            self._kept += sentence
            if len(self._kept) >= self._size.characters:
                yield self._take()

    def overdue(self, now: float) -> Iterator[str]:
        """Yield what was kept for too long by ``now``."""
        if self.deadline is not None and now >= self.deadline:
            yield self._take()

    def flush(self) -> Iterator[str]:
        """Yield the rest: nothing more comes."""
        rest = self._take() + "".join(self._cutter.flush())
        if rest:
            yield rest

    def _take(self) -> str:
        kept, self._kept = self._kept, ""
        return kept


def portion_size_of(options: CallOptions) -> PortionSize:
    """Take ``output_min_length`` and ``output_max_delay_ms``; raise UsageError on a bad one."""
    delay_ms = options.number("output_max_delay_ms", 0.0, 0, MAX_DELAY_MS)
    characters = options.number("output_min_length", 0.0, 0, MAX_LENGTH)
    return PortionSize(int(characters), delay_ms / 1000)
