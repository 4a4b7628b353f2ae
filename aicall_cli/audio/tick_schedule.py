"""When the ticks of one call are due, and what to do with those that were missed.

Tick ``n`` is due at ``start + n × period``, whenever the ones before it were handled, so a
late wake-up never delays the next tick. Media time, the ticks sent and skipped together,
stays within one tick of the time that passed.
"""

from dataclasses import dataclass
from math import floor

from aicall_cli.audio.format import TICK_SECONDS

BURST_LIMIT = 3
"""Due ticks that are still sent back to back; what was missed before them is skipped."""


@dataclass(frozen=True, slots=True)
class Due:
    """What to do now: first advance media time over ``skip`` ticks, then send ``send``."""

    send: int
    skip: int
    lateness: float
    """Seconds since the oldest of these ticks was due; 0 where none is."""


class TickSchedule:
    """The absolute schedule of one call; times in seconds on any monotonic axis."""

    def __init__(
        self, start: float, period: float = TICK_SECONDS, burst_limit: int = BURST_LIMIT
    ) -> None:
        if period <= 0 or burst_limit < 1:
            raise ValueError(f"no schedule of {burst_limit} ticks at most every {period} s")
        self._start = start
        self._period = period
        self._burst_limit = burst_limit
        self._sent = 0
        self._skipped = 0

    @property
    def sent(self) -> int:
        """Ticks that ``due`` ordered to send."""
        return self._sent

    @property
    def skipped(self) -> int:
        """Ticks that ``due`` ordered to skip."""
        return self._skipped

    @property
    def position(self) -> int:
        """Media time in ticks: sent and skipped together; the number of the next tick."""
        return self._sent + self._skipped

    @property
    def next_time(self) -> float:
        """When the next tick is due."""
        return self._time_of(self.position)

    def due(self, now: float) -> Due:
        """Take the ticks that are due at ``now``; none of them will be given again."""
        next_time = self.next_time
        if now < next_time:
            return Due(0, 0, 0.0)
        missed = self._count_due(now) - self.position
        send = min(missed, self._burst_limit)
        skip = missed - send
        self._sent += send
        self._skipped += skip
        return Due(send, skip, now - next_time)

    def _count_due(self, now: float) -> int:
        """Return how many ticks from tick 0 on are due, in step with ``_time_of``."""
        count = floor((now - self._start) / self._period)
        # The division may round to either side of a tick's own time.
        while self._time_of(count) <= now:
            count += 1
        return count

    def _time_of(self, tick: int) -> float:
        return self._start + tick * self._period
