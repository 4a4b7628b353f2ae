"""Blocking work in a thread, whose result is not lost when nobody waits for it any more."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from aicall_cli.errors import AicallError

_Made = TypeVar("_Made")


async def made_in_thread(
    make: Callable[[], _Made], give_back: Callable[[_Made], Awaitable[None]]
) -> _Made:
    """Run ``make`` in a thread and return what it made, or raise what it raised.

    A thread cannot be cancelled: where the wait is, what ``make`` still makes goes to
    ``give_back``, and then the cancellation passes on.
    """
    making = asyncio.get_running_loop().run_in_executor(None, make)
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        with suppress(AicallError):
            await give_back(await making)
        raise
