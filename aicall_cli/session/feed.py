"""The call's events, handed to whoever listens: view, JSON lines, recorder, user code."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from weakref import WeakValueDictionary

from aicall_cli.engine.events import Event, WarningRaised, is_recorded

QUEUE_LIMIT = 4096
"""Events that wait for one slow listener; then its oldest go and are counted."""
MOMENT_LIMIT = 64
"""Events that wait for one slow listener; then it gets no more of those that are of the moment
(in no record), which would be old when it reads them and push out the others."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event and when it happened, in seconds since the call's first tick; before it, 0."""

    at: float
    event: Event


class Listener:
    """One reader of the feed: an async iterator over events of ``kind`` that ends with the call.

    What it reads too late is lost and counted, in a ``WarningRaised`` of its own.
    """

    def __init__(self, kind: type = object) -> None:
        self._kind = kind
        self._queue: deque[Stamped] = deque()
        self._wake = asyncio.Event()
        self._closed = False
        self._missed = 0

    def put(self, stamped: Stamped) -> None:
        """Queue an event of its kind; at the bound the oldest one goes."""
        if not isinstance(stamped.event, self._kind):
            return
        if len(self._queue) >= MOMENT_LIMIT and not is_recorded(stamped.event):
            return
        if len(self._queue) >= QUEUE_LIMIT:
            self._queue.popleft()
            self._missed += 1
        self._queue.append(stamped)
        self._wake.set()

    def close(self) -> None:
        """Let the reader finish what is queued and end."""
        self._closed = True
        self._wake.set()

    def __aiter__(self) -> AsyncIterator[Stamped]:
        return self

    async def __anext__(self) -> Stamped:
        while not self._queue:
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        stamped = self._queue.popleft()
        if self._missed:
            missed, self._missed = self._missed, 0
            self._queue.appendleft(stamped)
            return Stamped(
                stamped.at, WarningRaised(f"{missed} events were read too late and lost")
            )
        return stamped


class Feed:
    """Publishes each event to every listener there is at that moment.

    A listener that nobody holds any more is forgotten, with what it has queued.
    """

    def __init__(self) -> None:
        # By number, which keeps the order in which they came.
        self._listeners: WeakValueDictionary[int, Listener] = WeakValueDictionary()
        self._numbers = count()
        self._closed = False

    def publish(self, at: float, event: Event) -> None:
        """Give ``event`` to every listener."""
        stamped = Stamped(at, event)
        for listener in self._listeners.values():
            listener.put(stamped)

    @property
    def closed(self) -> bool:
        """Whether nothing more is published."""
        return self._closed

    def listen(self, kind: type = object) -> Listener:
        """Return a new listener, which sees what of ``kind`` is published from now on."""
        listener = Listener(kind)
        self._listeners[next(self._numbers)] = listener
        if self._closed:
            listener.close()
        return listener

    def close(self) -> None:
        """End every listener after what it has queued."""
        self._closed = True
        for listener in self._listeners.values():
            listener.close()
