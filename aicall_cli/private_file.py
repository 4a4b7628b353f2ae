"""Directories that only their owner enters (0700) and files that only their owner reads (0600).

The modes hold whatever the umask is: it can only take rights away when something is created,
and the owner's are given back at once. An existing file is never opened, followed or replaced.
"""

import errno
import io
import os
import secrets
from pathlib import Path
from typing import BinaryIO, cast

DIRECTORY_MODE = 0o700
FILE_MODE = 0o600


class WholeFile(io.FileIO):
    """An unbuffered file whose ``write`` writes everything or raises OSError.

    Unbuffered, because a buffer that a full disk refused comes back at every later flush and
    at ``close``. A raw file may write a part and say so; this one goes on until the disk
    takes the rest or raises.
    """

    def write(self, data: object, /) -> int:
        """Write all of ``data`` (bytes-like) and return its length in bytes."""
        view = memoryview(cast("bytes", data)).cast("B")
        done = 0
        while done < len(view):
            # None is the answer of a non-blocking file only, which a regular file is not.
            done += super().write(view[done:]) or 0
        return done


def make_private_directory(path: Path) -> None:
    """Create ``path`` (mode 0700); raise FileExistsError where anything has that name."""
    path.mkdir(DIRECTORY_MODE)
    path.chmod(DIRECTORY_MODE)


def make_private_directories(path: Path) -> None:
    """Create ``path`` and its missing parents (mode 0700); existing ones keep their mode."""
    if path.is_dir():
        return
    if path.parent != path:
        make_private_directories(path.parent)
    try:
        make_private_directory(path)
    except FileExistsError:
        # Another call may have made it meanwhile.
        if not path.is_dir():
            reason = os.strerror(errno.ENOTDIR)
            raise NotADirectoryError(errno.ENOTDIR, reason, str(path)) from None


def create_private_file(path: Path) -> BinaryIO:
    """Create the new file ``path`` (mode 0600) for writing and seeking, unbuffered."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
    for name in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW"):  # each is missing on some platform
        flags |= getattr(os, name, 0)

    def opener(name: str, _: int) -> int:
        return os.open(name, flags, FILE_MODE)

    file = WholeFile(str(path), "r+", opener=opener)
    try:
        path.chmod(FILE_MODE)
    except OSError:
        file.close()
        raise
    return cast("BinaryIO", file)


def write_private_file(path: Path, data: bytes) -> None:
    """Write the whole file ``path`` (mode 0600), or leave nothing of it behind and raise OSError.

    It appears under its name only when it is complete and on the disk. Of two that write the
    same file at once the later one stands.
    """
    # A name of its own each time: what a killed process left is in nobody's way.
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with create_private_file(partial) as file:
            file.write(data)
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
