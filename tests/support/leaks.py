"""Threads, child processes and open files that outlive their test fail it.

What a fixture of a wider scope made is there before the test begins and is not counted.
"""

import gc
import multiprocessing.resource_tracker
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

# A thread that was told to end, or a child that was killed, gets this long to be gone.
_ENDING_SECONDS = 1.0


def pytest_sessionstart() -> None:
    """Start the process that multiprocessing keeps for itself, before anything is counted."""
    if sys.platform != "win32":
        multiprocessing.resource_tracker.ensure_running()


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    """Fail the test that leaves threads, child processes or open files behind."""
    threads, children, files = _threads(), _children(), _open_files()
    yield
    # Files and sockets that only a cycle holds are closed here, and warn as they are.
    gc.collect()
    # What is left stays: looking through it again after each test would take most of the time.
    gc.freeze()
    complaints = [
        *(f"thread {thread.name}" for thread in _ended(_threads() - threads)),
        *(f"process {_describe(pid)}" for pid in _gone(_children() - children)),
        *(f"open file {number} → {target}" for number, target in _open_files() - files),
    ]
    if complaints:
        pytest.fail("left behind: " + "; ".join(sorted(complaints)), pytrace=False)


def _threads() -> set[threading.Thread]:
    return set(threading.enumerate())


def _ended(threads: set[threading.Thread]) -> set[threading.Thread]:
    for thread in threads:
        thread.join(_ENDING_SECONDS)
    return {thread for thread in threads if thread.is_alive()}


def _children() -> set[int]:
    """Return the ids of this process's children, quickly where the kernel lists them."""
    lists = list(Path("/proc/self/task").glob("*/children"))
    if not lists:
        return {child.pid for child in psutil.Process().children()}
    return {int(pid) for path in lists for pid in _text(path).split()}


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:  # the thread, which was joined, is only now gone
        return ""


def _gone(pids: set[int]) -> set[int]:
    """Return those that stay; a child nobody waited for stays as a zombie and counts."""
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    zombies = {process.pid for process in processes if _is_zombie(process)}
    alive = [process for process in processes if process.pid not in zombies]
    _, staying = psutil.wait_procs(alive, timeout=_ENDING_SECONDS)
    return zombies | {process.pid for process in staying}


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _describe(pid: int) -> str:
    try:
        return f"{pid} ({' '.join(psutil.Process(pid).cmdline())})"
    except psutil.ZombieProcess:
        return f"{pid} (a zombie: nobody waited for it)"
    except psutil.NoSuchProcess:
        return str(pid)


def _open_files() -> set[tuple[int, str]]:
    """Return (number, target) of each open file, socket and pipe but devices."""
    directory = "/proc/self/fd"
    if not Path(directory).is_dir():
        return set()
    opened = set()
    for number in os.listdir(directory):  # noqa: PTH208 - iterdir would be open while it lists
        try:
            target = os.readlink(f"{directory}/{number}")  # noqa: PTH115 - a target, not a path
        except OSError:  # the listing's own number
            continue
        if not target.startswith("/dev/"):
            opened.add((int(number), target))
    return opened
