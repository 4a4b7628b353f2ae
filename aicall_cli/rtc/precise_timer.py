"""A timer of an event loop that fires within a fraction of a millisecond.

asyncio's own timers wait in whole milliseconds and wake 1–2 ms late. On Linux a timerfd
fires precisely; elsewhere the loop is woken early and the rest is slept away.
"""

import asyncio
import ctypes
import math
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from aicall_cli.clock import Clock, block, perf_clock

_EARLY_SECONDS = 0.0015
"""How early a loop timer wakes, so that the rest can be slept with the system's precision."""


class PreciseTimer(Protocol):
    """Calls back once at a time on its clock; arming it again replaces that time."""

    def arm(self, at: float) -> None:
        """Fire at ``at``, or as soon as possible when that has passed."""
        ...

    def close(self) -> None:
        """Never fire again and give back what the timer holds."""
        ...


class LoopTimer:
    """A timer on ``loop.call_at``, for virtual clocks and systems without timerfd.

    With ``finish`` it wakes 1.5 ms early and calls ``finish(seconds)`` to wait for the rest.
    """

    def __init__(
        self,
        callback: Callable[[], None],
        clock: Clock,
        finish: Callable[[float], None] | None = None,
    ) -> None:
        self._callback = callback
        self._clock = clock
        self._finish = finish
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._at = 0.0

    def arm(self, at: float) -> None:
        """Fire at ``at`` on the timer's clock."""
        self.close()
        self._at = at
        early = _EARLY_SECONDS if self._finish else 0.0
        delay = max(at - self._clock() - early, 0.0)
        self._handle = self._loop.call_at(self._loop.time() + delay, self._wake)

    def close(self) -> None:
        """Cancel the pending call, if any."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wake(self) -> None:
        self._handle = None
        rest = self._at - self._clock()
        if self._finish is not None and rest > 0:
            self._finish(min(rest, 2 * _EARLY_SECONDS))
        self._callback()


if sys.platform == "linux":

    class _TimeSpec(ctypes.Structure):
        _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))

    class _TimerSpec(ctypes.Structure):
        _fields_ = (("interval", _TimeSpec), ("value", _TimeSpec))

    class TimerfdTimer:
        """A timer on Linux's timerfd, whose CLOCK_MONOTONIC is ``perf_counter``'s axis."""

        _CLOCK_MONOTONIC = 1
        _TFD_TIMER_ABSTIME = 1

        def __init__(self, callback: Callable[[], None]) -> None:
            self._callback = callback
            self._loop = asyncio.get_running_loop()
            # Not CDLL: these calls return at once, and after giving the interpreter's lock
            # away it could take 5 ms to get it back.
            libc = ctypes.PyDLL(None, use_errno=True)
            self._settime = libc.timerfd_settime
            self._spec = _TimerSpec()
            flags = os.O_NONBLOCK | os.O_CLOEXEC
            self._fd = libc.timerfd_create(self._CLOCK_MONOTONIC, flags)
            if self._fd < 0:
                raise OSError(ctypes.get_errno(), "timerfd_create")
            self._loop.add_reader(self._fd, self._wake)

        def arm(self, at: float) -> None:
            """Fire at ``at`` on ``perf_counter``."""
            # A value of zero would disarm the timer instead.
            nanoseconds = max(math.ceil(at * 1e9), 1)
            value = self._spec.value
            value.seconds, value.nanoseconds = divmod(nanoseconds, 1_000_000_000)
            reference = ctypes.byref(self._spec)
            if self._settime(self._fd, self._TFD_TIMER_ABSTIME, reference, None):
                raise OSError(ctypes.get_errno(), "timerfd_settime")

        def close(self) -> None:
            """Remove the timer from the loop and close its descriptor."""
            if self._fd >= 0:
                self._loop.remove_reader(self._fd)
                os.close(self._fd)
                self._fd = -1

        def _wake(self) -> None:
            try:
                os.read(self._fd, 8)
            except BlockingIOError:  # armed again between the wake-up and this read
                return
            self._callback()


def create_timer(callback: Callable[[], None], clock: Clock) -> PreciseTimer:
    """Return the most precise timer for ``clock`` on this system, for the running loop."""
    if clock is not perf_clock:
        return LoopTimer(callback, clock)
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # a C library or a sandbox without timerfd
            return TimerfdTimer(callback)
    return LoopTimer(callback, clock, finish=block)
