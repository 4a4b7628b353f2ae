"""How much a peer may send."""


class RateLimit:
    """A token bucket: ``burst`` at once, ``per_second`` in the long run; time is an argument."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._tokens = float(burst)
        self._at: float | None = None
        self.refused = 0
        """What was over the limit."""

    def allow(self, now: float, cost: float = 1.0) -> bool:
        """Count ``cost``; False when it is over the limit, and then it costs nothing."""
        if self._at is not None:
            refill = max(now - self._at, 0.0) * self._per_second
            self._tokens = min(self._tokens + refill, self._burst)
        self._at = now
        if self._tokens < cost:
            self.refused += 1
            return False
        self._tokens -= cost
        return True
