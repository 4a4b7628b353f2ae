"""Reads keys of a console that tells each press and release, from a thread that waits for it.

The event loop of Windows cannot wait for a console, so one thread does, and hands each read
over by one call.
"""

import asyncio
import threading
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from aicall_cli.tui.keyboard.console_keys import ConsoleKeys
from aicall_cli.tui.keyboard.key_event import KeyboardClosed, ReleasesReported
from aicall_cli.tui.keyboard.key_reader import Receive


class Console(Protocol):
    """What the reader needs of a console."""

    def enter(self) -> None:
        """Have each key as a record."""

    def read(self) -> bytes | None:
        """Wait for records; None once interrupted or gone."""

    def interrupt(self) -> None:
        """Let ``read`` return None from now on."""

    def restore(self) -> None:
        """Give the console back as it was."""

    def close(self) -> None:
        """Give back what waiting needs, once nobody reads."""


class WindowsReader:
    """A KeyReader of ``console``, which it closes."""

    def __init__(self, console: Console, receive: Receive) -> None:
        self._console = console
        self._receive = receive
        self._keys = ConsoleKeys()
        self._leaving = False
        self._ended = asyncio.Event()

    def set_talk_keys(self, active: bool) -> None:
        """Nothing: the console tells releases and what is typed, both at once."""

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._console.enter()
        # A daemon: nothing must wait for it where the loop was closed before it was left.
        threading.Thread(
            target=self._read, args=(loop,), name="aicall-console", daemon=True
        ).start()
        self._receive(ReleasesReported(reported=True))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leaving = True
        self._console.restore()
        if not self._ended.is_set():
            self._console.interrupt()
            await self._ended.wait()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        data: bytes | None = b""
        with suppress(RuntimeError):  # the loop was closed
            while data is not None:
                data = self._console.read()
                loop.call_soon_threadsafe(self._take, data)

    def _take(self, data: bytes | None) -> None:
        if data is None:
            self._ended.set()
            self._console.close()
        if self._leaving:
            return
        for each in [KeyboardClosed()] if data is None else self._keys.take(data):
            self._receive(each)
