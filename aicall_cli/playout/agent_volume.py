"""How loud the agent is played, and whether at all."""

import numpy as np

from aicall_cli.audio.fade import FADE_SAMPLES, rise
from aicall_cli.audio.format import Pcm
from aicall_cli.audio.mix import saturate
from aicall_cli.errors import UsageError

MAX_PERCENT = 400
"""AICallKit's range (``AgentConfig.Volume``): 100 is as it comes."""


class AgentVolume:
    """A gain that changes without a click: over the first 5 ms of the next block."""

    def __init__(self) -> None:
        self._percent = 100
        self._muted = False
        self._gain = 1.0
        """What the last block ended with."""

    @property
    def percent(self) -> int:
        """The volume, 0 to 400; a mute does not change it."""
        return self._percent

    @percent.setter
    def percent(self, percent: int) -> None:
        if not 0 <= percent <= MAX_PERCENT:
            raise UsageError(f"the agent's volume goes from 0 to {MAX_PERCENT} %, not to {percent}")
        self._percent = percent

    @property
    def muted(self) -> bool:
        """Whether nothing is heard."""
        return self._muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._muted = muted

    def apply(self, pcm: Pcm) -> Pcm:
        """Return the block as loud as wished; what is too loud for 16 bits is clipped."""
        before, after = self._gain, 0.0 if self._muted else self._percent / 100
        self._gain = after
        if before == after == 1.0:
            return pcm
        gains = np.full(len(pcm), after)
        if before != after:
            gains[:FADE_SAMPLES] = before + (after - before) * rise(FADE_SAMPLES)[: len(pcm)]
        return saturate(pcm * gains)
