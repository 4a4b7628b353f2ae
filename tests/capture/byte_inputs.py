"""Inputs for decoders, out of memory."""

import io
from pathlib import Path
from typing import BinaryIO

from aicall_cli.errors import SourceError


class MemoryInput:
    """Bytes as a file would be, or, if ``streamed``, as they come through a pipe."""

    def __init__(
        self, data: bytes, name: str = "it", *, streamed: bool = False, at_once: int = 1 << 20
    ) -> None:
        self.name = name
        self.size = None if streamed else len(data)
        self._bytes = io.BytesIO(data)
        self.file: BinaryIO | None = None if streamed else self._bytes
        self._at_once = at_once

    def read(self, size: int) -> bytes:
        return self._bytes.read(min(size, self._at_once))

    def rewind(self) -> None:
        self._bytes.seek(0)


class FailingInput(MemoryInput):
    """Fails once ``good`` bytes were read."""

    def __init__(self, data: bytes, good: int) -> None:
        super().__init__(data, streamed=True)
        self._good = good

    def read(self, size: int) -> bytes:
        if self._bytes.tell() >= self._good:
            raise SourceError("it cannot be read: Input/output error")
        return super().read(min(size, self._good - self._bytes.tell()))


def input_of(path: Path, *, streamed: bool = False) -> MemoryInput:
    """Return the bytes of ``path`` as an input with its name."""
    return MemoryInput(path.read_bytes(), path.name, streamed=streamed)
