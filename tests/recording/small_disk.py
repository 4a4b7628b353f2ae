"""A disk that is full after some bytes, in front of real files."""

import errno
import os
from pathlib import Path
from typing import BinaryIO, cast

from aicall_cli.private_file import WholeFile, create_private_file


class SmallDisk:
    """Creates files that together take ``room`` bytes, then refuse what makes them grow."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.refusals = 0

    def create(self, path: Path) -> BinaryIO:
        create_private_file(path).close()
        return cast("BinaryIO", _SmallFile(path, self))


class _SmallFile(WholeFile):
    def __init__(self, path: Path, disk: SmallDisk) -> None:
        super().__init__(str(path), "r+")
        self._disk = disk
        self._length = 0

    def write(self, data: object, /) -> int:
        view = memoryview(cast("bytes", data)).cast("B")
        at = self.tell()
        growth = max(at + len(view) - self._length, 0)
        if growth <= self._disk.room:
            self._grow(growth)
            return super().write(view)
        # A full disk takes the part that still fits.
        fitting = len(view) - growth + self._disk.room
        self._grow(self._disk.room)
        super().write(view[: max(fitting, 0)])
        self._disk.refusals += 1
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _grow(self, growth: int) -> None:
        self._disk.room -= growth
        self._length += growth
