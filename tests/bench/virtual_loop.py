"""An event loop that hurries through time while its threads work as fast as they can.

``tests.support.virtual_time`` stands still while a thread is busy, which costs a millisecond
for each step: too much for an hour of ticks. Here the threads may fall behind, and the call
sends silence until they have caught up; what is measured, memory, does not depend on it.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BEGINNING = 1_000.0
"""The loop's first time; not zero, which might be taken for unset."""
_STANDING_SECONDS = 0.01


class _HurryingSelector(selectors.DefaultSelector):
    def __init__(self, advance: Callable[[float], None]) -> None:
        super().__init__()
        self._advance = advance
        self.standing = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait really only where no timer is set: a thread or a pipe will wake the loop."""
        if timeout is None:
            return super().select(None)
        if self.standing and timeout > 0:
            return super().select(_STANDING_SECONDS)
        events = super().select(0)
        if not events:
            self._advance(timeout)
        return events


class HurryingLoop(asyncio.SelectorEventLoop):
    """Its time jumps to the next timer whenever nothing is ready."""

    def __init__(self) -> None:
        self._virtual_now = BEGINNING
        self._own_selector = _HurryingSelector(self._advance)
        super().__init__(self._own_selector)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Let time stand still, for work that waits for a thread."""
        self._own_selector.standing = True
        try:
            yield
        finally:
            self._own_selector.standing = False

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._virtual_now

    def _advance(self, seconds: float) -> None:
        self._virtual_now += max(seconds, 0.0)
