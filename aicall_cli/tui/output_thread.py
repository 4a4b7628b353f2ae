"""Writes text to a stream on a thread of its own, so that a stuck reader cannot stop a call.

A terminal that was paused (Ctrl-S) or a pipe whose reader does not read blocks the writer. On
the loop's thread that would stop the audio; here it only delays what is shown.
"""

import io
import queue
import threading
from types import TracebackType
from typing import Self, TextIO

from aicall_cli.errors import OutputError

QUEUE_LIMIT = 10_000
"""Writes that may wait; beyond it they are dropped and counted."""
_CLOSE_SECONDS = 2.0


class OutputThread(io.TextIOBase):
    """A text stream in front of ``stream``; ``write`` never blocks.

    A reader that is gone shows at the next ``write`` as BrokenPipeError, a full disk as
    OutputError. Leaving the context waits, at most 2 s, until everything was written.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._failure: Exception | None = None
        self.dropped = 0
        """Writes that found the queue full."""
        # A daemon: it may be stuck in a write when the process is told to end.
        self._thread = threading.Thread(target=self._run, name="aicall-output", daemon=True)
        self._thread.start()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The stream's own encoding."""
        return self._stream.encoding or "utf-8"

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return the stream's descriptor."""
        return self._stream.fileno()

    def writable(self) -> bool:
        """Text can be written."""
        return True

    def write(self, text: str) -> int:
        """Queue ``text``; raise what the thread met before."""
        if self._failure is not None:
            raise self._failure
        if self._queue.qsize() >= QUEUE_LIMIT:
            self.dropped += 1
        elif text:
            self._queue.put(text)
        return len(text)

    def flush(self) -> None:
        """Nothing: the thread flushes whenever it has caught up."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._queue.put(None)
        self._thread.join(_CLOSE_SECONDS)
        if kind is None and self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            while (text := self._queue.get()) is not None:
                self._stream.write(text)
                if self._queue.empty():
                    self._stream.flush()
            self._stream.flush()
        except (BrokenPipeError, ValueError) as error:  # closed by its reader, or by ourselves
            self._failure = error
        except OSError as error:
            self._failure = OutputError(
                f"standard output cannot be written ({error.strerror})",
                hint="send it somewhere else",
            )
