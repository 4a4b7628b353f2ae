"""Standard streams that are closed, or that take nothing any more."""

import os
import sys
from contextlib import suppress
from typing import TextIO

_STREAMS = 3


def fill_closed_streams() -> None:
    """Put the null device where a stream was closed before the process began (``>&-``).

    Otherwise the next socket or file would get its number: it would be read as standard input,
    and what libraries print to standard error would go into a call or its recording.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < _STREAMS:
        pass
    os.close(descriptor)
    sys.stdin = _or_nowhere(sys.stdin, 0)
    sys.stdout = _or_nowhere(sys.stdout, 1)
    sys.stderr = _or_nowhere(sys.stderr, 2)


def flush_or_discard(stream: TextIO) -> None:
    """Write what ``stream`` holds, or give it to the null device where that is not possible.

    The interpreter flushes once more on its way out, and would change the exit status.
    """
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):  # a stream without a descriptor
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _or_nowhere(stream: TextIO | None, descriptor: int) -> TextIO:
    # Python has None for a stream that was closed.
    return stream or open(descriptor, "w" if descriptor else "r", encoding="utf-8", closefd=False)
