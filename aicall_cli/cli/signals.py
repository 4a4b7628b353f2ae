"""Signals that end a command: the call is hung up first, then the status tells which."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from aicall_cli.tui.keyboard.key_reader import restore_keyboard
from aicall_cli.tui.terminal_screen import restore_screens

logger = logging.getLogger(__name__)

_BASE = 128
_received: ContextVar[list[int]] = ContextVar("received")
"""The signals that have come, for whatever runs in the loop."""
_ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def run_until_signal(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run ``main`` in a new loop and return its status, or 128 + the signal that ended it.

    The first signal cancels ``main``, which then cleans up; a second cancels the cleaning up
    as well; a third ends the process at once.
    """
    received: list[int] = []

    async def guarded() -> int:
        _received.set(received)
        task = asyncio.current_task()
        assert task is not None

        def end(number: int) -> None:
            received.append(number)
            if len(received) > 2:
                # On the screen on which it was begun: each has a keyboard of its own.
                restore_keyboard()
                restore_screens()
                os._exit(_BASE + number)
            task.cancel()

        _install(end)
        try:
            return await main()
        except (asyncio.CancelledError, Exception):
            # What a cancelled command meets on its way out, such as a terminal that is gone.
            if not received:
                raise
            logger.debug("ended by signal %d", received[0], exc_info=True)
            return _BASE + received[0]

    return asyncio.run(guarded())


def signal_status() -> int | None:
    """Return the status that a signal gives the running command; None while none has come."""
    received = _received.get([])
    return _BASE + received[0] if received else None


def ended_by_signal(status: int) -> bool:
    """Return whether ``run_until_signal`` returned the status of a signal."""
    return status > _BASE


def _install(end: Callable[[int], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in _ENDING:
        # Where the loop cannot handle signals (Windows), Ctrl-C stays KeyboardInterrupt.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, end, number)
