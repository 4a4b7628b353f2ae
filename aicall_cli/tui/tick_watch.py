"""When to draw: right after a tick, when the next one is a while away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final, NamedTuple

from aicall_cli.audio.format import Pcm
from aicall_cli.engine.enums import CallState
from aicall_cli.tui.view_state import ViewModel
from aicall_cli.tui.watched_call import WatchedCall, WatchedSession

TICKS: Final = 4
"""Between two looks: 12.5 a second."""
_NO_TICK_SECONDS: Final = 0.25
"""A call that sends nothing is looked at, too."""
_CONNECTING_SECONDS: Final = 0.1
"""Between two looks while there are no ticks yet."""


class Loudest(NamedTuple):
    """The loudest level of each side since the last look, 0–255."""

    caller: int
    agent: int


class TickWatch:
    """A tap of both sides that wakes whoever draws, and keeps the loudest levels.

    Drawing takes about 0.8 ms and now and then some more; done just before a tick it would
    make that tick late.
    """

    def __init__(self, session: WatchedSession) -> None:
        self._session = session
        self._ticks = 0
        self._caller = 0
        self._agent = 0
        self._due = asyncio.Event()
        session.add_tap(self)

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        """Count a tick that was sent."""
        self._caller = max(self._caller, self._session.caller.volume)
        self._ticks += 1
        if self._ticks >= TICKS:
            self._due.set()

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        """Take the level of what was heard."""
        self._agent = max(self._agent, self._session.agent.volume)

    async def wait(self) -> Loudest:
        """Wait for the next look; return the loudest levels since the last."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_NO_TICK_SECONDS):
                await self._due.wait()
        self._due.clear()
        loudest = Loudest(self._caller, self._agent)
        self._ticks = self._caller = self._agent = 0
        return loudest


async def looks(call: WatchedCall, model: ViewModel) -> AsyncIterator[Loudest]:
    """Yield whenever it is time to draw ``call``, for ever; ``model`` says when it connects."""
    while model.state.call_state is not CallState.CONNECTED:
        yield Loudest(0, 0)
        await asyncio.sleep(_CONNECTING_SECONDS)
    watch = TickWatch(call.session)
    while True:
        yield await watch.wait()
