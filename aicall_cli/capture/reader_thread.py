"""A thread that produces blocks for the event loop, a few at a time."""

import asyncio
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
    next ``yield``; a generator that may block longer needs a way to be woken of its own.
    """

    def __init__(self, name: str, produce: Callable[[], Generator[T, None, None]]) -> None:
        self._produce = produce
        self._loop = asyncio.get_running_loop()
        self._state = threading.Condition()
        self._blocks: deque[T] = deque()
        self._closed = False
        self._error: Exception | None = None
        self._finished = asyncio.Event()
        self._readable = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=name)
        self._thread.start()

    async def get(self) -> T | None:
        """Return the next block, None after the last; raise what the generator raised."""
        while True:
            with self._state:
                if self._blocks:
                    self._state.notify()
                    return self._blocks.popleft()
                self._readable.clear()
            if self._finished.is_set():
                if self._error is not None:
                    raise self._error
                return None
            await self._readable.wait()

    async def close(self) -> None:
        """End the thread and wait for its end."""
        with self._state:
            self._closed = True
            self._state.notify()
        await self._finished.wait()
        self._thread.join()

    def _run(self) -> None:
        try:
            with closing(self._produce()) as blocks:
                for block in blocks:
                    if not self._hand_over(block):
                        return
        except Exception as error:  # noqa: BLE001 - the thread's edge: it comes out of get
            self._error = error
        finally:
            self._tell(self._finish)

    def _hand_over(self, block: T) -> bool:
        with self._state:
            self._state.wait_for(lambda: self._closed or len(self._blocks) < CAPACITY)
            if self._closed:
                return False
            self._blocks.append(block)
        self._tell(self._readable.set)
        return True

    def _finish(self) -> None:
        self._finished.set()
        self._readable.set()

    def _tell(self, callback: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:
            # The loop is gone, and with it whoever waited: end without it.
            self._closed = True
