"""A blocking call in a thread of its own, which nobody has to wait for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def daemon_call(function: Callable[[], T], name: str) -> T:
    """Return what ``function`` returns in a thread called ``name``, or raise what it raises.

    Whoever is cancelled goes at once; the thread then ends when it can, and holds up neither
    the loop's end nor the process's, as one of the loop's own executor would.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():  # cancelled meanwhile
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type] # T may be None itself

    def run() -> None:
        result, failure = None, None
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - a thread's edge: it is raised in the loop
            failure = error
        with suppress(RuntimeError):  # the loop is closed, and nobody waits
            loop.call_soon_threadsafe(settle, result, failure)

    Thread(target=run, name=name, daemon=True).start()
    return await future
