"""An output that keeps what it is given, as a speaker with a queue would."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.errors import AicallError
from aicall_cli.playout.output import OutputStatistics


@dataclass
class FakeOutput:
    """Keeps every tick with the time at which it was written."""

    clock: Callable[[], float] = lambda: 0.0
    name: str = "fake"
    latency: float = 0.030
    failure: AicallError | None = None
    written: list[tuple[float, Pcm]] = field(default_factory=list)
    flushed_at: list[float] = field(default_factory=list)
    skipped: int = 0
    opened: int = 0
    closed: int = 0

    @property
    def statistics(self) -> OutputStatistics:
        seconds = len(self.written) * TICK_SAMPLES / 48_000
        return OutputStatistics(seconds, 0.0, 0.0, 0, 0.0, 0.0)

    async def open(self) -> None:
        self.opened += 1

    def write(self, pcm: Pcm) -> None:
        self.written.append((self.clock(), pcm.copy()))

    def skip(self, ticks: int) -> None:
        self.skipped += ticks

    def flush(self) -> None:
        self.flushed_at.append(self.clock())

    async def close(self) -> None:
        self.closed += 1

    # --- what a test asks ---------------------------------------------------------------------

    def joined(self) -> Pcm:
        """Return everything that was written."""
        return np.concatenate([pcm for _, pcm in self.written])

    def loud_at(self, threshold: int = 100) -> list[float]:
        """Return when ticks that are more than noise were written."""
        return [at for at, pcm in self.written if np.abs(pcm.astype(np.int64)).max() > threshold]
