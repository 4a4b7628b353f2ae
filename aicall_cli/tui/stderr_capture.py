"""What is written to descriptor 2 while a picture is on the terminal, as lines.

PortAudio, ALSA and other C libraries write there whatever Python's ``sys.stderr`` is. Here it
goes into a pipe that the loop reads.
"""

import asyncio
import codecs
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

STDERR: Final = 2
MAX_LINE: Final = 1000
"""Characters of a line; a longer one comes in pieces."""
_READ_BYTES: Final = 65_536


class StderrCapture:
    """Hands every line written to descriptor 2 to ``on_line``, on the loop's thread.

    The pipe never blocks who writes, for that may be a thread of the audio device: what finds
    it full is lost. Leaving the context gives the descriptor back and hands on what is left.
    On Windows, where its loop reads no pipes and PortAudio is quiet, nothing is captured.
    """

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""
        self._saved: int | None = None
        self._reader = -1

    def __enter__(self) -> Self:
        if sys.platform != "win32":
            with suppress(OSError):  # it is closed: who writes there is not heard anyway
                self._saved = os.dup(STDERR)
                self._reader, writer = os.pipe()
                for end in (self._reader, writer):
                    os.set_blocking(end, False)
                asyncio.get_running_loop().add_reader(self._reader, self._read)
                os.dup2(writer, STDERR)
                os.close(writer)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._saved is None:
            return
        os.dup2(self._saved, STDERR)
        os.close(self._saved)
        self._saved = None
        asyncio.get_running_loop().remove_reader(self._reader)
        while self._read():
            pass
        os.close(self._reader)
        self._take("\n" if self._begun else "")

    def _read(self) -> bool:
        """Take what is there; return whether there may be more."""
        try:
            data = os.read(self._reader, _READ_BYTES)
        except BlockingIOError:
            return False
        self._take(self._decoder.decode(data))
        return bool(data)

    def _take(self, text: str) -> None:
        *lines, self._begun = (self._begun + text).replace("\r", "\n").split("\n")
        while len(self._begun) > MAX_LINE:
            lines.append(self._begun[:MAX_LINE])
            self._begun = self._begun[MAX_LINE:]
        for line in lines:
            if line.strip():
                self._on_line(line)
