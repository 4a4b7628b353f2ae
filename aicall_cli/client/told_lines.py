"""What a child process says on its standard error, read by a thread of its own."""

import os
from threading import Thread
from typing import IO, Final

MAX_LINES: Final = 100
"""Lines that are kept, the first ones: they say how the trouble began. The rest is counted."""
MAX_LINE_BYTES: Final = 1000
"""Bytes of a line that are kept."""
_READ_BYTES: Final = 4096
_JOIN_SECONDS: Final = 1.0


class ToldLines:
    """The lines of a pipe, up to a bound; what is beyond it is read all the same.

    So whoever writes never waits. ``stream`` is ours, and closed where it ends.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._kept: list[str] = []
        self._more = 0
        self._rest = b""
        # A daemon: a process that inherited the pipe's other end may keep it open for ever.
        self._thread = Thread(target=self._read, name="told-lines", daemon=True)
        self._thread.start()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines so far; the last one counts those that were not kept."""
        more = (f"and {self._more} more lines",) if self._more else ()
        return (*self._kept, *more)

    def finish(self) -> None:
        """Wait for the last line of a process that has ended, but not long."""
        self._thread.join(_JOIN_SECONDS)

    def _read(self) -> None:
        with self._stream as stream:
            # Not by the file, whose lock a daemon thread would take along at the end.
            while data := os.read(stream.fileno(), _READ_BYTES):
                *lines, self._rest = (self._rest + data).split(b"\n")
                # What may be forgotten is: a line without end needs no memory either.
                self._rest = self._rest[:MAX_LINE_BYTES]
                for line in lines:
                    self._keep(line)
        self._keep(self._rest)

    def _keep(self, line: bytes) -> None:
        text = line[:MAX_LINE_BYTES].decode(errors="replace").strip()
        if not text:
            return
        if len(self._kept) < MAX_LINES:
            self._kept.append(text)
        else:
            self._more += 1
