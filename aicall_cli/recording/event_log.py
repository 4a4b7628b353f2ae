"""``events.jsonl``: one JSON object a line, on its way to the disk as soon as it happens."""

import contextlib
from typing import BinaryIO


class EventLog:
    """Appends whole lines to an unbuffered file.

    Every complete line stays readable after SIGKILL and on a full disk; a line that the disk
    took only in part is removed again.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._complete = 0

    def append(self, line: str) -> None:
        """Write ``line`` (without its newline); raise OSError when the disk does not take it."""
        data = line.encode() + b"\n"
        self._file.write(data)
        self._complete += len(data)

    def close(self) -> None:
        """Close the file after its last complete line."""
        # The write that failed has been reported; what follows from it would only hide it.
        with contextlib.suppress(OSError):
            self._file.truncate(self._complete)
        self._file.close()
