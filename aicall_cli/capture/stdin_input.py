"""Standard input, a pipe, a file or a terminal, as the input of a decoder."""

import os
from typing import BinaryIO

from aicall_cli.capture.readable import Readable
from aicall_cli.errors import SourceError

NAME = "standard input"
MAX_REWIND = 1 << 20
"""Bytes that are kept in order to start again with the first one."""


class StdinInput:
    """Reads what arrives as it arrives; ``interrupt`` ends it even if nothing ever does.

    Raises SourceError where there is no standard input. The descriptor stays open: it
    belongs to the process.
    """

    name = NAME
    size: int | None = None
    file: BinaryIO | None = None

    def __init__(self, descriptor: int = 0) -> None:
        try:
            os.fstat(descriptor)
        except OSError as error:
            raise SourceError(f"there is no {NAME}", hint="pipe audio into it") from error
        self._descriptor = descriptor
        self._readable = Readable(descriptor)
        self._kept: bytes | None = b""
        self._replay = b""

    def read(self, size: int) -> bytes:
        """Return what is there, at most ``size`` bytes; none at the end or once interrupted."""
        if self._replay:
            data, self._replay = self._replay[:size], self._replay[size:]
            return data
        data = self._read_descriptor(size)
        if self._kept is not None:
            self._kept += data
            if len(self._kept) > MAX_REWIND:
                self._kept = None
        return data

    def rewind(self) -> None:
        """Serve again what was read so far, and keep nothing from now on."""
        if self._kept is None:
            raise SourceError(f"{NAME} has an unbelievably long header")
        self._replay, self._kept = self._kept, None

    def interrupt(self) -> None:
        """Let a waiting ``read`` return nothing; for the loop's thread."""
        self._readable.call_off()

    def close(self) -> None:
        """Give back what waiting needs; call when no thread reads any more."""
        self._readable.close()

    def _read_descriptor(self, size: int) -> bytes:
        if not self._readable.wait():
            return b""
        try:
            return os.read(self._descriptor, size)
        except OSError as error:
            raise SourceError(f"{NAME} cannot be read: {error.strerror}") from error
