"""The one ticker of a process and loop: every call's 20 ms ticks, on one precise timer.

Calls are spread over 20 phases of 1 ms, so that sixteen calls do not all encode in the same
millisecond. Each subscription keeps its own absolute schedule: a late tick never delays the
next one.
"""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import ClassVar, Self
from weakref import WeakKeyDictionary

from aicall_cli.audio.format import TICK_SECONDS
from aicall_cli.audio.tick_schedule import TickSchedule
from aicall_cli.clock import Clock
from aicall_cli.rtc.lateness import LatenessHistogram
from aicall_cli.rtc.precise_timer import create_timer

_PHASES = 20
_PHASE_SECONDS = TICK_SECONDS / _PHASES
# A timer may fire a hair before its time by rounding; such a tick is on time.
_EARLY_TOLERANCE = 0.000_05


@dataclass(frozen=True, slots=True)
class Tick:
    """What is due now: first skip ``skip`` ticks of media time, then send ``send`` ticks."""

    now: float
    send: int
    skip: int


class Subscription:
    """One call's place on the ticker."""

    def __init__(
        self, ticker: "Ticker", phase: int, start: float, callback: Callable[[Tick], None]
    ) -> None:
        self.schedule = TickSchedule(start)
        self.lateness = LatenessHistogram()
        self.active = True
        self.phase = phase
        self._ticker = ticker
        self._callback = callback

    def cancel(self) -> None:
        """End the ticks; calling it again changes nothing."""
        if self.active:
            self.active = False
            self._ticker.remove(self)

    def __lt__(self, other: Self) -> bool:
        return self.phase < other.phase

    def fire(self, now: float) -> None:
        """Call back with what is due at ``now``, if anything is."""
        due = self.schedule.due(now)
        if due.send or due.skip:
            self.lateness.add(due.lateness)
            self._callback(Tick(now, due.send, due.skip))


class Ticker:
    """Wakes at each subscription's next tick; made by ``Ticker.of_loop``."""

    _of_loop: ClassVar["WeakKeyDictionary[asyncio.AbstractEventLoop, Ticker]"] = WeakKeyDictionary()

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Not the multiples of 20 ms of a clock that all processes share: two ends on one
        # machine would then want the processor in the same instant, at every tick.
        self._origin = clock()
        self._timer = create_timer(self._wake, clock)
        self._heap: list[tuple[float, Subscription]] = []
        self._users = [0] * _PHASES

    @classmethod
    def of_loop(cls, clock: Clock) -> "Ticker":
        """Return the running loop's ticker; it lives while it has subscriptions."""
        loop = asyncio.get_running_loop()
        ticker = cls._of_loop.get(loop)
        if ticker is None:
            ticker = cls._of_loop[loop] = cls(clock)
        return ticker

    def add(self, callback: Callable[[Tick], None]) -> Subscription:
        """Call ``callback`` every 20 ms, first within the next 20 ms, in the freest phase."""
        now = self._clock()
        phase = self._users.index(min(self._users))
        self._users[phase] += 1
        first = self._origin + phase * _PHASE_SECONDS
        start = first + max(ceil((now - first) / TICK_SECONDS), 0) * TICK_SECONDS
        subscription = Subscription(self, phase, start, callback)
        heapq.heappush(self._heap, (start, subscription))
        self._arm()
        return subscription

    def remove(self, subscription: Subscription) -> None:
        """Forget a cancelled subscription; called by its ``cancel``."""
        self._users[subscription.phase] -= 1
        self._heap = [entry for entry in self._heap if entry[1].active]
        heapq.heapify(self._heap)
        if not any(self._users):
            self._timer.close()
            self._of_loop.pop(asyncio.get_running_loop(), None)

    def _wake(self) -> None:
        now = self._clock()
        due: list[Subscription] = []
        while self._heap and self._heap[0][0] <= now + _EARLY_TOLERANCE:
            due.append(heapq.heappop(self._heap)[1])
        for subscription in due:
            if subscription.active:
                # Read again for each: what the ones before took counts as its lateness.
                subscription.fire(max(self._clock(), subscription.schedule.next_time))
            if subscription.active:
                heapq.heappush(self._heap, (subscription.schedule.next_time, subscription))
        self._arm()

    def _arm(self) -> None:
        if self._heap:
            self._timer.arm(self._heap[0][0])
