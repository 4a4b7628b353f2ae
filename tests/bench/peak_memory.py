"""The most memory that this process ever held."""

import sys
from pathlib import Path

import psutil

_STATUS = Path("/proc/self/status")


def peak_memory_bytes() -> int:
    """Return the peak resident size in bytes.

    Linux's ``ru_maxrss`` also counts what the parent held before this program was executed,
    so the kernel's own high-water mark is read where there is one.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return _reported_bytes()


if sys.platform == "win32":

    def _reported_bytes() -> int:
        return int(psutil.Process().memory_info().peak_wset)

else:
    import resource

    def _reported_bytes() -> int:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
