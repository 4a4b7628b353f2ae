"""How much of the machine others used while a measure was taken."""

import os

import psutil

from aicall_cli.clock import perf_clock

BUSY_SHARE = 0.05
"""Above this share the figures say more about the machine than about the product."""
_NOT_WORK = ("idle", "iowait", "guest", "guest_nice")
"""Fields of psutil's processor times; guests are counted in ``user`` and ``nice`` already."""


class Background:
    """Counts from its creation; child processes that have ended count as ours."""

    def __init__(self) -> None:
        self._began = perf_clock()
        self._others = _others_seconds()

    def share(self) -> float | None:
        """Return the share (0 to 1) of all processors; None where children are not counted."""
        if os.name != "posix":
            return None
        elapsed = (perf_clock() - self._began) * (os.cpu_count() or 1)
        return min(max((_others_seconds() - self._others) / elapsed, 0.0), 1.0)


def _others_seconds() -> float:
    """Return the time that the processors have worked for others since the system started."""
    busy = sum(
        seconds for name, seconds in psutil.cpu_times()._asdict().items() if name not in _NOT_WORK
    )
    own = os.times()
    return float(busy) - (own.user + own.system + own.children_user + own.children_system)
