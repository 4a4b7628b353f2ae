"""An output that nobody hears: ``--output null``, and a speaker that is turned off."""

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.playout.output import OutputStatistics


class NullOutput:
    """Counts what it is given and forgets it."""

    name = "null"
    latency = 0.0
    failure = None

    def __init__(self) -> None:
        self._written = 0

    @property
    def statistics(self) -> OutputStatistics:
        """A snapshot of the figures."""
        return OutputStatistics(
            written=self._written / SAMPLE_RATE,
            flushed=0.0,
            dropped=0.0,
            underruns=None,
            queued=None,
            drift_ppm=None,
        )

    async def open(self) -> None:
        """Nothing is needed."""

    def write(self, pcm: Pcm) -> None:
        """Count a tick."""
        self._written += len(pcm)

    def skip(self, ticks: int) -> None:
        """Missed ticks were not heard either."""

    def flush(self) -> None:
        """Nothing waits."""

    async def close(self) -> None:
        """Nothing is held."""
