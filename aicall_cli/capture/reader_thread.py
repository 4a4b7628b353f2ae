"""A thread that produces blocks for the event loop, a few at a time."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Generic, TypeVar

T = TypeVar("T")

CAPACITY = 8
"""Blocks that may wait for the loop; the thread stops producing when there are so many."""


class ReaderThread(Generic[T]):
    """Runs a generator in a thread of its own and hands its blocks to one coroutine.

    The generator is made and closed in the thread, so what it opened it also gives back
    there. What it raises comes out of ``get``. ``close`` ends the thread at the generator's
    next ``yield``; a generator that may block for longer needs ``interrupt``, a function for
    the loop's thread that makes it return.

    The thread never touches what the loop uses: blocks come over ``call_soon_threadsafe``,
    and go-aheads go back over a queue on which only the thread waits.
    """

    def __init__(
        self,
        name: str,
        produce: Callable[[], Generator[T, None, None]],
        interrupt: Callable[[], None] = lambda: None,
    ) -> None:
        self._produce = produce
        self._interrupt = interrupt
        self._loop = asyncio.get_running_loop()
        self._go_ahead: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stopped = False
        self._blocks: deque[T] = deque()
        self._error: Exception | None = None
        self._finished = asyncio.Event()
        self._readable = asyncio.Event()
        for _ in range(CAPACITY):
            self._go_ahead.put(None)
        threading.Thread(target=self._run, name=name).start()

    async def get(self) -> T | None:
        """Return the next block, None after the last; raise what the generator raised."""
        while not self._blocks:
            if self._finished.is_set():
                if self._error is not None:
                    raise self._error
                return None
            self._readable.clear()
            await self._readable.wait()
        self._go_ahead.put(None)
        return self._blocks.popleft()

    async def close(self) -> None:
        """End the thread and wait for its end; blocks that nobody has fetched are lost."""
        if not self._stopped:
            self._stopped = True
            self._go_ahead.put(None)
            self._interrupt()
        await self._finished.wait()

    def _run(self) -> None:
        try:
            self._hand_over_all()
        except Exception as error:  # noqa: BLE001 - the thread's edge: it comes out of get
            self._error = error
        finally:
            self._tell(self._finish)

    def _hand_over_all(self) -> None:
        with closing(self._produce()) as blocks:
            while True:
                self._go_ahead.get()
                if self._stopped:
                    return
                block = next(blocks, None)
                if block is None:
                    return
                self._tell(self._receive, block)

    def _receive(self, block: T) -> None:
        self._blocks.append(block)
        self._readable.set()

    def _finish(self) -> None:
        self._finished.set()
        self._readable.set()

    def _tell(self, callback: Callable[..., None], *arguments: T) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:
            # The loop was closed, and with it whoever waited: end without it.
            self._stopped = True
