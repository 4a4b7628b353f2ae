"""What one caller says on its way to another, who hears it tick by tick."""

from typing import Final

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.playout_buffer import PlayoutBuffer
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind

MAX_LEAP: Final = 2 * SAMPLE_RATE
"""A timestamp further on than this, or further back, begins a new stream."""


class Relay:
    """One direction between two calls: ``hear`` in the one, ``pull`` in the other."""

    def __init__(self) -> None:
        self._buffer = PlayoutBuffer()
        self._end: int | None = None

    def hear(self, frame: HeardFrame) -> None:
        """Take a frame of who speaks, in order, and after a reconnection on another axis."""
        if self._end is None or not 0 <= frame.timestamp - self._end <= MAX_LEAP:
            self._buffer = PlayoutBuffer()
        self._end = frame.timestamp + len(frame.pcm)
        received = frame.kind is HeardKind.RECEIVED
        self._buffer.push(frame.pcm, frame.timestamp, frame.arrival, received)

    def pull(self, now: float) -> Pcm:
        """Return the next tick for who listens, silence where there is nothing."""
        return self._buffer.pull(TICK_SAMPLES, now)
