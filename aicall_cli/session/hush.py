"""What is still on its way when the agent is interrupted, which nobody wants to hear.

A command takes half a round trip to the agent, and what the agent said until then takes half
a round trip back. It is neither in the playout buffer nor in the speaker when both are
flushed; played, it would be a last syllable after the silence.
"""

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import dbfs, rms
from aicall_cli.audio.playout_buffer import SILENCE_DBFS

ANSWER_SECONDS = 0.5
"""How long after our command the agent goes unheard at most: it may not obey."""
IN_FLIGHT_SECONDS = 0.1
"""How long its voice may come after it said that it has stopped."""
PAUSE_SECONDS = 0.06
"""Silence after which a voice is a new one, not the end of the old."""


class Hush:
    """Says whether a frame of the agent is still part of what was interrupted."""

    def __init__(self) -> None:
        self._until = float("-inf")
        self._silence = 0.0

    def command_sent(self, now: float) -> None:
        """Our side asked the agent to stop, at ``now`` seconds on the call's clock."""
        self._begin(now + ANSWER_SECONDS)

    def confirmed(self, now: float) -> None:
        """The agent said that it has stopped."""
        self._begin(now + IN_FLIGHT_SECONDS)

    def covers(self, pcm: Pcm, arrival: float) -> bool:
        """Whether this frame, which came at ``arrival``, is not to be played."""
        if arrival >= self._until:
            return False
        if dbfs(rms(pcm)) >= SILENCE_DBFS:
            self._silence = 0.0
            return True
        self._silence += len(pcm) / SAMPLE_RATE
        if self._silence >= PAUSE_SECONDS - 1e-9:
            self._until = arrival
        return True

    def _begin(self, until: float) -> None:
        self._until = until
        self._silence = 0.0
