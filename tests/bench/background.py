"""How much of the machine others used while a measure was taken."""

import os
from pathlib import Path

from aicall_cli.clock import perf_clock

BUSY_SHARE = 0.05
"""Above this share the figures say more about the machine than about the product."""
_STAT = Path("/proc/stat")
_IDLE_FIELDS = (3, 4)
_FIELDS = 8


class Background:
    """Counts from its creation; ended child processes count as ours."""

    def __init__(self) -> None:
        self._began = perf_clock()
        self._busy = _busy_seconds()
        self._own = _own_seconds()

    def share(self) -> float | None:
        """Return the share (0 to 1) of all processors; None where the system does not say."""
        busy = _busy_seconds()
        if busy is None or self._busy is None:
            return None
        others = (busy - self._busy) - (_own_seconds() - self._own)
        elapsed = (perf_clock() - self._began) * (os.cpu_count() or 1)
        return min(max(others / elapsed, 0.0), 1.0)


def _busy_seconds() -> float | None:
    """Return the time that all processors together have worked since the system started."""
    if not _STAT.exists():
        return None
    first = _STAT.read_text().partition("\n")[0]
    ticks = [int(field) for field in first.split()[1 : 1 + _FIELDS]]
    busy = sum(count for index, count in enumerate(ticks) if index not in _IDLE_FIELDS)
    return busy / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
