"""A queue between a clock that fills it and a clock that drains it, in virtual time."""

from collections.abc import Callable, Iterator
from itertools import count
from random import Random

Times = Iterator[float]


def ticks(period: float, ppm: float = 0.0, jitter: float = 0.0, seed: int = 1) -> Times:
    """Yield when something happens every ``period`` seconds of a clock that runs ``ppm`` fast.

    Each time is up to ``jitter`` seconds late, and never before the one before it.
    """
    random = Random(seed)
    at = 0.0
    for number in count():
        at = max(at, number * period / (1 + ppm * 1e-6) + random.random() * jitter)
        yield at


def run_queue(
    seconds: float, fills: Times, drains: Times, fill: Callable[[int], int], drained: int
) -> Iterator[tuple[float, int]]:
    """Yield (time, queued samples) after each drain; ``fill(queued)`` returns what is added."""
    queued = 0
    fill_at, drain_at = next(fills), next(drains)
    while min(fill_at, drain_at) < seconds:
        if fill_at <= drain_at:
            queued += fill(queued)
            fill_at = next(fills)
        else:
            queued -= min(queued, drained)
            yield drain_at, queued
            drain_at = next(drains)
