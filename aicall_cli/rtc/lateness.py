"""How late ticks came, as percentiles over a call of any length in constant memory."""

from aicall_cli.audio.format import TICK_SECONDS

_BIN_SECONDS = 0.000_02
_BINS = round(TICK_SECONDS * 5 / _BIN_SECONDS)


class LatenessHistogram:
    """Counts lateness in bins of 20 µs up to 100 ms; what is later counts in the last bin."""

    def __init__(self) -> None:
        self._counts = [0] * _BINS
        self._total = 0
        self.max: float | None = None
        """The latest tick in seconds; None before the first."""

    def add(self, seconds: float) -> None:
        """Count one tick that came ``seconds`` after its time (early counts as 0)."""
        late = max(seconds, 0.0)
        self._counts[min(int(late / _BIN_SECONDS), _BINS - 1)] += 1
        self._total += 1
        if self.max is None or late > self.max:
            self.max = late

    def percentile(self, fraction: float) -> float | None:
        """Return the upper edge, in seconds, of the bin that holds ``fraction`` of all ticks.

        ``fraction`` is from 0 to 1. None before the first tick; never above ``max``.
        """
        if self.max is None:
            return None
        wanted = fraction * self._total
        seen = 0
        for index, count in enumerate(self._counts):
            seen += count
            if seen >= wanted and count:
                return min((index + 1) * _BIN_SECONDS, self.max)
        return self.max
