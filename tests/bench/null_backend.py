"""A backend without a network: takes every tick, answers each with one of its own."""

import asyncio
from collections.abc import Callable

import numpy as np

from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.backends.base import BackendListener, Connected
from aicall_cli.clock import Clock
from aicall_cli.engine.commands import Command
from aicall_cli.engine.events import DataChannelOpened
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind

_SILENCE = np.zeros(TICK_SAMPLES, np.int16)


class NullBackend:
    """Implements ``backends.base.Backend``; ``says`` returns what is heard at each tick."""

    def __init__(self, clock: Clock, says: Callable[[int], Pcm] = lambda tick: _SILENCE) -> None:
        self._clock = clock
        self._listener: BackendListener | None = None
        self._says = says
        self.ticks = 0
        """Ticks that were sent."""

    async def connect(self, listener: BackendListener) -> Connected:
        """Be connected at once."""
        self._listener = listener
        listener.on_event(DataChannelOpened())
        return Connected("null", "nobody")

    async def watch(self) -> None:
        """Never end by itself."""
        await asyncio.Event().wait()

    def send_audio(self, pcm: Pcm, timestamp: int) -> None:
        """Count the tick and be heard."""
        assert self._listener is not None
        self.ticks += 1
        self._listener.on_audio(
            HeardFrame(self._says(self.ticks), timestamp, self._clock(), HeardKind.RECEIVED)
        )

    def send_command(self, command: Command) -> bool:
        """Take every command."""
        return True

    def set_reorder_wait(self, seconds: float) -> None:
        """Lose nothing, so that nothing is waited for."""

    async def statistics(self) -> NetworkStatistics | None:
        """Know nothing of a network."""
        return None

    async def close(self, *, stop_agent: bool = True) -> None:
        """Do nothing."""
