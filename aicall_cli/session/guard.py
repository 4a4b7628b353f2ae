"""Faults of our own in what others call back: kept from them, and given to the call itself."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec

_Arguments = ParamSpec("_Arguments")


class Guard:
    """Runs callbacks and contains what they raise.

    The ticker and the transport that call back are shared with other calls: an exception
    would end them, and this call would go on without audio. The first fault is kept for
    ``failed``; after it this call's callbacks do nothing.
    """

    def __init__(self) -> None:
        self._fault: Exception | None = None
        self._failed = asyncio.Event()

    def run(
        self,
        callback: Callable[_Arguments, None],
        *arguments: _Arguments.args,
        **keywords: _Arguments.kwargs,
    ) -> None:
        """Call ``callback`` unless an earlier one failed."""
        if self._fault is not None:
            return
        try:
            callback(*arguments, **keywords)
        except Exception as error:  # noqa: BLE001 - the edge between calls; failed() raises it
            self._fault = error
            self._failed.set()

    async def failed(self) -> None:
        """Wait for the first fault and raise it."""
        await self._failed.wait()
        assert self._fault is not None
        raise self._fault
