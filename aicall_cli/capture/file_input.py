"""A regular file as the input of a decoder."""

import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from aicall_cli.errors import SourceError


class FileInput:
    """Opens ``path``, raising SourceError for what is not a readable file with something in it."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            status = path.stat()
            if stat.S_ISDIR(status.st_mode):
                raise SourceError(f"{path} is a directory", hint="name one audio file")
            if not stat.S_ISREG(status.st_mode):
                raise SourceError(
                    f"{path} is not a regular file",
                    hint="give a pipe or device to standard input, and - as the file",
                )
            self.file = path.open("rb")
        except FileNotFoundError as error:
            raise SourceError(f"there is no file {path}", hint="check the path") from error
        except PermissionError as error:
            raise SourceError(f"{path} may not be read", hint="check its permissions") from error
        except OSError as error:
            raise SourceError(f"{path} cannot be opened: {error.strerror}") from error
        self.size = status.st_size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most ``size``, none at the end; SourceError on failure."""
        try:
            return self.file.read(size)
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror}") from error

    def rewind(self) -> None:
        """Go back to the first byte."""
        self.file.seek(0)
