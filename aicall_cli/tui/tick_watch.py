"""When to draw: right after a tick, when the next one is a while away."""

import asyncio
from contextlib import suppress
from typing import Final

from aicall_cli.audio.format import Pcm
from aicall_cli.tui.push_view import WatchedSession

TICKS: Final = 4
"""Between two looks: 12.5 a second."""
_NO_TICK_SECONDS: Final = 0.25
"""A call that sends nothing is looked at, too."""


class TickWatch:
    """A tap of the caller's side that wakes whoever draws, and keeps the loudest level.

    Drawing takes about 0.8 ms and now and then some more; done just before a tick it would
    make that tick late.
    """

    def __init__(self, session: WatchedSession) -> None:
        self._session = session
        self._ticks = 0
        self._loudest = 0
        self._due = asyncio.Event()
        session.add_tap(self)

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        """Count a tick that was sent."""
        self._loudest = max(self._loudest, self._session.caller.volume)
        self._ticks += 1
        if self._ticks >= TICKS:
            self._due.set()

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        """Nothing: only the caller's side has a meter."""

    async def wait(self) -> int:
        """Wait for the next look; return the caller's loudest level (0–255) since the last."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_NO_TICK_SECONDS):
                await self._due.wait()
        self._due.clear()
        self._ticks, loudest, self._loudest = 0, self._loudest, 0
        return loudest
