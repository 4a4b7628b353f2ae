"""Whether the threads beside the loop's own still have something to do.

A virtual clock must not jump while a worker thread is about to hand a result to the loop.
Waiting a fixed time is slow where the threads are idle and wrong where the machine is busy,
so this looks at what they do: the processor time they use and where they stand.
"""

import sys
import threading
import time

_AT_START = frozenset(threading.enumerate())
"""Threads of the test runner itself (pytest-xdist has one that reads a pipe for ever)."""

# The innermost Python frame of a thread that waits for work, by file of the standard library.
_PARKED_IN = ("/threading.py", "/queue.py", "/selectors.py", "/concurrent/futures/thread.py")

# How many quiet slices in a row are believed: of threads that wait for work, and of threads
# that are in a C function which may be a blocking read as well as a computation.
_PARKED_SLICES = 1
_UNKNOWN_SLICES = 20

# Two clocks are read one after the other; less than this is the reading itself.
_READING_NS = 10_000


def other_threads() -> list[threading.Thread]:
    """Return the live threads that the tests started, without the calling one."""
    present = set(threading.enumerate()) - _AT_START - {threading.current_thread()}
    return sorted(present, key=lambda thread: thread.name)


class Quietness:
    """Judges, slice by slice of real waiting, whether the other threads have gone quiet."""

    def __init__(self) -> None:
        self._quiet_slices = 0
        self._cpu = _cpu_of_others()

    def reached_after_slice(self) -> bool:
        """Call after each slice of waiting; True when the others are believed idle."""
        cpu = _cpu_of_others()
        if cpu - self._cpu > _READING_NS or _any_runnable():
            self._quiet_slices = 0
        else:
            self._quiet_slices += 1
        self._cpu = cpu
        return self._quiet_slices >= (_PARKED_SLICES if _all_parked() else _UNKNOWN_SLICES)


def _cpu_of_others() -> int:
    """Return the processor time in ns that all threads but this one have used."""
    return time.process_time_ns() - time.thread_time_ns()


def _all_parked() -> bool:
    frames = sys._current_frames()
    for thread in other_threads():
        frame = frames.get(thread.ident or 0)
        if frame is not None and not frame.f_code.co_filename.endswith(_PARKED_IN):
            return False
    return True


def _any_runnable() -> bool:
    """Whether the kernel has one of them ready to run, as a loaded machine often does."""
    for thread in other_threads():
        try:
            with open(f"/proc/self/task/{thread.native_id}/stat", "rb") as stat:  # noqa: PTH123
                state = stat.read().rpartition(b")")[2].split()[0]
        except OSError:  # the thread ended, or this system has no /proc
            continue
        if state in (b"R", b"D"):
            return True
    return False
