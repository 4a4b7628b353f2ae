"""What an application has called when something happens, beside the async iterator."""

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any, Final

from aicall_cli.engine.events import Event, WarningRaised
from aicall_cli.session.feed import Feed, Listener

FINISH_SECONDS: Final = 1.0
"""How long handlers may go on with what is queued when the call is left."""

Handler = Callable[[Any], object]
"""Takes an event: a plain function, or one that returns a coroutine."""

_log = logging.getLogger(__name__)


class EventHandlers:
    """The handlers of one call: each has a queue and a task of its own, and delays nobody.

    A plain function runs on the loop's thread, where it must not block. What a handler raises
    is told as one warning of the call; it is called again all the same. Of more than
    ``session.feed.QUEUE_LIMIT`` events that wait for a slow one the oldest are lost, and
    counted in a warning.
    """

    def __init__(self, feed: Feed, warn: Callable[[str], None]) -> None:
        self._feed = feed
        self._warn = warn
        self._group: asyncio.TaskGroup | None = None
        self._waiting: list[_Calls] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, kind: type, handler: Handler) -> Callable[[], None]:
        """Call ``handler`` with each event of ``kind`` from now on; return what ends that.

        Raises TypeError where ``kind`` is no class.
        """
        isinstance(None, kind)  # here, rather than at an event, whose publishing it would end
        calls = _Calls(kind, handler, self._feed.listen(kind), self._warn)
        if self._group is None:
            self._waiting.append(calls)
        else:
            self._start(self._group, calls)
        return calls.remove

    def start(self, group: asyncio.TaskGroup) -> None:
        """Begin to call them, in tasks of the call."""
        self._group = group
        for calls in self._waiting:
            self._start(group, calls)
        self._waiting.clear()

    async def finish(self) -> None:
        """Let them finish what is queued, for a moment, after the feed was closed."""
        try:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=FINISH_SECONDS)
        finally:
            for task in self._tasks:
                task.cancel()

    def _start(self, group: asyncio.TaskGroup, calls: "_Calls") -> None:
        if self._feed.closed:
            return  # the call is over, and nothing will happen any more
        task = group.create_task(calls.run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Calls:
    """Calls one handler."""

    def __init__(
        self, kind: type, handler: Handler, events: Listener, warn: Callable[[str], None]
    ) -> None:
        self._kind = kind
        self._handler = handler
        self._events = events
        self._warn = warn
        self._removed = False
        self._failed = False

    @property
    def _name(self) -> str:
        return getattr(self._handler, "__qualname__", type(self._handler).__qualname__)

    async def run(self) -> None:
        """Call it with each event until the call is over, or it is removed."""
        async for stamped in self._events:
            if self._removed:
                return
            match stamped.event:
                case event if isinstance(event, self._kind):
                    await self._call(event)
                case WarningRaised(message):  # nothing else of another kind is in the queue
                    self._warn(f"the event handler {self._name} is too slow: {message}")

    def remove(self) -> None:
        """Call it no more; what it is just doing it may finish."""
        self._removed = True
        self._events.close()

    async def _call(self, event: Event) -> None:
        try:
            called = self._handler(event)
            if inspect.isawaitable(called):
                await called
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            self._fail(error)  # what it waited for was cancelled, not its task
        except Exception as error:  # noqa: BLE001 - the edge to the application's own code
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        if not self._failed:
            self._failed = True
            _log.error("the event handler %s failed", self._name, exc_info=error)
            self._warn(f"the event handler {self._name} failed ({type(error).__name__})")
