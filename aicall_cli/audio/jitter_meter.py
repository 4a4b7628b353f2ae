"""How late packets come, measured against the quickest of the last five seconds.

The transit of a packet is its arrival minus its timestamp: its delay on the way, plus an
unknown constant, the difference of two clocks. The least transit of a while is what the way
takes without a queue, so what is above it is lateness. A window of five seconds follows a
clock that drifts by 200 ppm to 1 ms, and forgets a bad stretch after as long.
"""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import SAMPLE_RATE

WINDOW_SECONDS = 5.0
WINDOW_PACKETS = 256
"""As many as come in five seconds in frames of 20 ms; of shorter ones it holds less time."""
SHARE = 0.99
"""The part of the packets that ``lateness`` covers; of fewer than 100 it is all of them."""
JUMP_SECONDS = 1.0
"""A transit that differs by more from the one before is another clock, not lateness."""
_REFRESH_PACKETS = 10
"""Packets after which the figures are taken again, at most: five times a second."""

_Seconds = NDArray[np.float64]


class JitterMeter:
    """Transits of the last packets; times are seconds, timestamps samples at 48 kHz."""

    def __init__(self) -> None:
        self._transits: _Seconds = np.zeros(WINDOW_PACKETS)
        self._arrivals: _Seconds = np.full(WINDOW_PACKETS, -np.inf)
        self._next = 0
        self._count = 0
        self._unread = 0
        """Packets since the figures were taken."""
        self._last_transit = 0.0
        self._base = 0.0
        self._lateness = 0.0

    @property
    def packets(self) -> int:
        """How many packets the figures are taken from."""
        return self._count

    @property
    def base(self) -> float | None:
        """The least transit, in seconds; None before the first packet."""
        return self._base if self._count else None

    @property
    def lateness(self) -> float:
        """What SHARE of the packets are late at most, in seconds; 0 before the first."""
        return self._lateness

    def add(self, timestamp: int, arrival: float) -> None:
        """Take a packet's timestamp, unwrapped, and when it came."""
        transit = arrival - timestamp / SAMPLE_RATE
        if self._count and abs(transit - self._last_transit) > JUMP_SECONDS:
            self._forget()
        self._last_transit = transit
        self._transits[self._next] = transit
        self._arrivals[self._next] = arrival
        self._next = (self._next + 1) % WINDOW_PACKETS
        self._count = min(self._count + 1, WINDOW_PACKETS)
        self._unread += 1
        inside = self._base <= transit <= self._base + self._lateness
        if not inside or self._unread >= _REFRESH_PACKETS:
            self._measure(arrival)

    def _forget(self) -> None:
        self._arrivals[:] = -np.inf
        self._count = 0
        self._unread = _REFRESH_PACKETS

    def _measure(self, now: float) -> None:
        self._unread = 0
        recent = self._transits[self._arrivals >= now - WINDOW_SECONDS]
        self._count = len(recent)
        self._base = float(recent.min())
        rank = ceil(SHARE * len(recent)) - 1
        self._lateness = float(np.partition(recent, rank)[rank]) - self._base
