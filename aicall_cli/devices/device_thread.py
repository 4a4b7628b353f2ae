"""The one thread on which every call of the audio library is made.

PortAudio is not made to be called from several threads, and its calls block: opening a
stream, or looking for devices, takes as long as the system's drivers like. Streams' callbacks
run on other threads, the library's own.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from aicall_cli.devices.audio_library import AudioLibrary
from aicall_cli.devices.portaudio import PortAudio
from aicall_cli.errors import DeviceError

logger = logging.getLogger(__name__)

T = TypeVar("T")

ANSWER_SECONDS = 10.0
"""How long one call is waited for. A driver that hangs keeps the thread, and nothing else."""
CLOSE_SECONDS = 3.0
"""The same for what gives something back: the end of a call waits for it."""
MAX_WAITING = 32
"""Calls that may wait for the thread; beyond it they fail at once."""


class Restartable(Protocol):
    """An open stream that makes room for a rescan; called on the device thread."""

    def suspend(self) -> None:
        """Close the library's stream for now."""
        ...

    def resume(self, library: AudioLibrary) -> None:
        """Open it again on the same device; where that fails it is lost."""
        ...


class DeviceThread:
    """Runs calls of the audio library, one after the other, on a thread of its own.

    The thread begins with the first call and ends with ``close``; the library is loaded by
    the first call that finds it missing, which raises DeviceError where that is not possible.
    """

    def __init__(self, library: Callable[[], AudioLibrary] = PortAudio) -> None:
        self._make_library = library
        self._library: AudioLibrary | None = None
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(MAX_WAITING)
        self._thread: threading.Thread | None = None
        self._ended = asyncio.Event()
        self.open_streams: list[Restartable] = []
        """Of the thread's own: what a rescan closes and opens again."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def run(self, work: Callable[[AudioLibrary], T], seconds: float = ANSWER_SECONDS) -> T:
        """Run ``work`` on the thread and return its result, or raise what it raised.

        Raises DeviceError after ``seconds``. ``work`` is done in any case, even when nobody waits
        any more: who opens something that way closes it by a later call.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = work(self._ready_library())
            except Exception as error:  # noqa: BLE001 - the thread's edge: it comes out of run
                tell_loop(loop, _fail, answer, error)
            else:
                tell_loop(loop, _answer, answer, result)

        self._put(job)
        if self._thread is None:
            # A daemon: a driver may hang when the process is told to end.
            self._thread = threading.Thread(target=self._work, name="aicall-devices", daemon=True)
            self._thread.start()
        done, _ = await asyncio.wait((answer,), timeout=seconds)
        if not done:
            answer.cancel()
            raise DeviceError(
                f"the system's audio has not answered for {seconds:g} s",
                hint="see whether another program can play sound",
            )
        return answer.result()

    async def rescan(self) -> None:
        """Look for devices that came or went.

        Streams that are open are interrupted only where there are such devices: finding out
        takes a process of its own, and some 0.3 s.
        """
        await self.run(self._rescan)

    async def close(self) -> None:
        """Give the library back and end the thread; streams were closed before."""
        if self._thread is None:
            return
        self._thread = None
        loop = asyncio.get_running_loop()
        try:
            self._put(lambda: self._end(loop))
            self._put(None)
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._ended.wait()
        except (DeviceError, TimeoutError):
            logger.warning("the system's audio hangs; its thread is left behind")

    def _put(self, job: Callable[[], None] | None) -> None:
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise DeviceError(
                f"{MAX_WAITING} calls wait for the system's audio already",
                hint="see whether another program can play sound",
            ) from None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _ready_library(self) -> AudioLibrary:
        if self._library is None:
            self._library = self._make_library()
        return self._library

    def _rescan(self, library: AudioLibrary) -> None:
        if self.open_streams and not library.has_changed():
            return
        streams = tuple(self.open_streams)
        for stream in streams:
            stream.suspend()
        library.rescan()
        for stream in streams:
            stream.resume(library)

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            if self._library is not None:
                self._library.close()
        except DeviceError as error:
            logger.warning("%s", error)
        finally:
            tell_loop(loop, self._ended.set)


def tell_loop(
    loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *arguments: Any
) -> None:
    """Let the loop call ``callback`` soon, from any thread; nothing where it was closed."""
    try:
        loop.call_soon_threadsafe(callback, *arguments)
    except RuntimeError:
        return


def _answer(answer: asyncio.Future[T], result: T) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[T], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
