"""An event loop whose clock jumps to the next timer as soon as nothing is ready.

``asyncio.sleep``, ``asyncio.timeout`` and ``call_later`` take no real time in it and end at
exactly their due time, so a test of an hour of ticks is fast and says the same every time.
``loop.time`` is the virtual clock, to be passed wherever a ``Clock`` is asked for.

Sockets, pipes and worker threads are real: they are polled before each jump, and the clock
stands still while a worker thread is busy. A loop that could only wait for ever raises
``DeadlockError`` and says where each task waits.
"""

import asyncio
import selectors
from collections.abc import Callable

from tests.support.other_threads import Quietness, other_threads

START = 1_000.0
"""Where virtual time begins: not at zero, so that code which takes zero for unset fails."""

_SLICE_SECONDS = 0.001
_BUSY_THREADS_SECONDS = 5.0
_OUTSIDE_SECONDS = 5.0


class DeadlockError(AssertionError):
    """Nothing is ready, no timer is set and nothing outside could wake the loop."""


class VirtualTimeSelector(selectors.DefaultSelector):
    """A selector that advances a clock instead of waiting."""

    def __init__(self, advance: Callable[[], None], describe: Callable[[], str]) -> None:
        super().__init__()
        self._advance = advance
        self._describe = describe

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Poll what is real; with nothing there, jump by ``timeout`` or name the deadlock."""
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if self._has_outside():
            events = self._settle()
            if not events and timeout is None:
                events = super().select(_OUTSIDE_SECONDS)
        else:
            events = super().select(0)  # a thread may have said its last word since the first look
        if not events:
            if timeout is None:
                raise DeadlockError(self._describe())
            self._advance()
        return events

    def _has_outside(self) -> bool:
        # One file object is the loop's own, by which threads wake it.
        return len(self.get_map()) > 1 or bool(other_threads())

    def _settle(self) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait really until something is ready or the other threads have gone quiet."""
        quietness = Quietness()
        for _ in range(round(_BUSY_THREADS_SECONDS / _SLICE_SECONDS)):
            if events := super().select(_SLICE_SECONDS):
                return events
            if quietness.reached_after_slice():
                break
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time; see the module."""

    def __init__(self) -> None:
        self._virtual_now = START
        super().__init__(VirtualTimeSelector(self._advance, self._describe))

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._virtual_now

    def _advance(self) -> None:
        # The timer's own time, not the sum of the steps: a callback that is due at a time
        # must not find the clock one rounding error before it.
        timers: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        self._virtual_now = max(self._virtual_now, timers[0].when())

    def _describe(self) -> str:
        places = [_place(task) for task in asyncio.all_tasks(self)]
        return "every task waits for ever:\n" + "\n".join(sorted(places))


def _place(task: asyncio.Task[object]) -> str:
    stack = task.get_stack(limit=1)
    if not stack:
        return f"  {task.get_name()}: {task.get_coro()!r}"
    code = stack[0].f_code
    return f"  {task.get_name()}: {code.co_qualname}, {code.co_filename}:{stack[0].f_lineno}"
