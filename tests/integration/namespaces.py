"""Command lines that run a command in namespaces of its own: a small disk, a lonely network."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest


def _unshare(*kinds: str) -> tuple[str, ...]:
    # Who is not root becomes it in a user namespace.
    is_root = sys.platform != "win32" and os.geteuid() == 0
    as_root = () if is_root else ("--user", "--map-root-user")
    return ("unshare", *as_root, *kinds)


def _can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    command = (*_unshare("--mount", "--net"), "true")
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


needs_namespaces = pytest.mark.skipif(
    not _can_unshare(), reason="this system lets nobody unshare a mount or network namespace"
)


def small_disk(folder: Path, size: str, kept: Path) -> Sequence[str]:
    """Return what runs a command with a new disk of ``size`` (``500k``) mounted at ``folder``.

    What is on the disk in the end is copied to ``kept``.
    """
    script = (
        'mount -t tmpfs -o size="$2" tmpfs "$1" || exit 99; kept=$3; folder=$1; shift 3; '
        '"$@"; status=$?; cp -a "$folder/." "$kept"; exit $status'
    )
    return (*_unshare("--mount"), "sh", "-c", script, "sh", str(folder), size, str(kept))


def only_loopback() -> Sequence[str]:
    """Return what runs a command in a network that has ``lo`` and nothing else."""
    return (*_unshare("--net"), "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


def no_network() -> Sequence[str]:
    """Return what runs a command in a network whose only interface is down."""
    return _unshare("--net")
