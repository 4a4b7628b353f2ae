"""What the figures were measured on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aicall_cli.clock import wall_time
from tests.bench.outcome import JSON

_PACKAGES = ("aicall-cli", "aiortc", "av", "numpy", "typer", "rich")
_CPU_INFO = Path("/proc/cpuinfo")


def describe_machine() -> dict[str, JSON]:
    """Return processor, load, system, Python and the versions of what is compared."""
    return {
        "time": wall_time().isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    if _CPU_INFO.exists():
        for line in _CPU_INFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a source tree that is not installed
        return None
