"""What runs beside a call: watching devices, reading commands, pushing a source."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Work = Coroutine[Any, Any, None]


class SideWork:
    """Coroutines that run while the call does; given before it, they wait for it."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._waiting: list[Work] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = False

    def add(self, work: Work) -> Callable[[], None]:
        """Run ``work`` in the call's task group; return what ends it before the call does.

        Once the call is left nothing runs any more.
        """
        if self._over:
            work.close()
        elif self._group is None:
            self._waiting.append(work)
        else:
            self._start(self._group, work)
        return lambda: self._end(work)

    def start(self, group: asyncio.TaskGroup) -> None:
        """The call has begun."""
        self._group = group
        for work in self._waiting:
            self._start(group, work)
        self._waiting.clear()

    def end(self) -> None:
        """The call is left: whatever still runs is cancelled."""
        self._over = True
        for task in self._tasks:
            task.cancel()
        for work in self._waiting:
            work.close()
        self._waiting.clear()

    def _start(self, group: asyncio.TaskGroup, work: Work) -> None:
        task = group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _end(self, work: Work) -> None:
        if work in self._waiting:
            self._waiting.remove(work)
            work.close()
        for task in self._tasks:
            if task.get_coro() is work:
                task.cancel()
