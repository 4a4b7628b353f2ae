"""What a call plays into, one tick of 20 ms at a time."""

from dataclasses import dataclass
from typing import Protocol

from aicall_cli.audio.format import Pcm
from aicall_cli.errors import AicallError


@dataclass(frozen=True, slots=True)
class OutputStatistics:
    """What became of what was written; in seconds of audio, None where it cannot be known."""

    written: float
    flushed: float
    """Taken back by ``flush`` before it was heard."""
    dropped: float
    """Written where there was no room, or no device."""
    underruns: int | None
    """Times that a device had nothing to play."""
    queued: float | None
    """Waiting for the device now."""
    drift_ppm: float | None
    """By how much the device's clock is faster than ours, in millionths."""


class Output(Protocol):
    """A destination of audio. All of it belongs to the loop's thread."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    @property
    def latency(self) -> float:
        """Seconds from a write to when its first sample is heard."""
        ...

    @property
    def statistics(self) -> OutputStatistics:
        """A snapshot of the figures."""
        ...

    @property
    def failure(self) -> AicallError | None:
        """Why nothing is played any more; None while it is."""
        ...

    async def open(self) -> None:
        """Begin; raise DeviceError or RecordingError when it is not possible."""
        ...

    def write(self, pcm: Pcm) -> None:
        """Take one tick, 960 samples of mono 48 kHz; never waits and never raises."""
        ...

    def skip(self, ticks: int) -> None:
        """So many ticks were missed: time went on and nothing was written."""
        ...

    def flush(self) -> None:
        """Take back what was not heard yet, and end what was by a fade of 5 ms.

        What is written next begins from silence.
        """
        ...

    async def close(self) -> None:
        """End and give everything back; calling it again changes nothing."""
        ...
