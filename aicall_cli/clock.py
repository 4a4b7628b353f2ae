"""The only place that reads a clock.

Everything that depends on time takes a ``Clock`` or a ``now``; tests pass a virtual one.
Times are seconds on the monotonic ``perf_counter`` axis; their origin has no meaning.
Wall time names recordings, and says whether a token has expired.
"""

import time
from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], float]
"""Returns the present time in seconds on a monotonic axis."""

perf_clock: Clock = time.perf_counter


def block(seconds: float) -> None:
    """Block the calling thread; for the last 1.5 ms before a tick where no timerfd is."""
    time.sleep(seconds)


def wall_time() -> datetime:
    """Return the local wall time with its offset, for names and dates that people read."""
    return datetime.now().astimezone()


def unix_time() -> float:
    """Return the wall time in seconds since 1970, as tokens and signatures name it."""
    return wall_time().timestamp()
