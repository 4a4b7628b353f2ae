"""Ctrl-C while modules are imported: nothing has begun yet, so the process ends there and then."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from aicall_cli.exit_status import ExitStatus


@contextmanager
def interrupt_ends_at_once() -> Iterator[None]:
    """Let SIGINT end the process with its status instead of raising KeyboardInterrupt.

    That would come up wherever the interpreter just is: in a callback of the import system,
    where it is lost, or in a module, half of which stays and then fails as something else.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield  # somebody has decided already, perhaps to ignore it
        return
    signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(ExitStatus.INTERRUPTED)
