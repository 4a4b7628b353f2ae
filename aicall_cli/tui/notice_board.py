"""What is told in passing: put up from any thread, taken down by whoever draws."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

MAX_WAITING: Final = 64
"""Notices that wait to be shown; beyond it the oldest go: the newest is what counts."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice."""

    text: str
    warning: bool


class NoticeBoard:
    """A bounded queue of notices; ``post`` may be called on any thread."""

    def __init__(self) -> None:
        self._waiting: deque[Told] = deque(maxlen=MAX_WAITING)

    def post(self, text: str, *, warning: bool = False) -> None:
        """Put a notice up; all of its text is taken for a stranger's."""
        self._waiting.append(Told(text, warning))

    def take(self) -> list[Told]:
        """Return what was put up since the last time, oldest first."""
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken


class NoticeHandler(logging.Handler):
    """Puts log records up as notices, where standard error is behind a picture."""

    def __init__(self, board: NoticeBoard) -> None:
        super().__init__(logging.WARNING)
        self._board = board

    def emit(self, record: logging.LogRecord) -> None:
        """Put ``record`` up; its traceback, if it has one, is for a log file."""
        self._board.post(record.getMessage(), warning=True)


@contextmanager
def log_on(board: NoticeBoard) -> Iterator[None]:
    """Have what is logged to a stream put up on ``board`` instead; log files go on as before.

    The stream is standard error. Whoever captures that and logs it would go round in circles.
    """
    root = logging.getLogger()
    to_streams = [handler for handler in root.handlers if type(handler) is logging.StreamHandler]
    instead = [NoticeHandler(board) for _ in to_streams[:1]]
    _exchange(root, to_streams, instead)
    try:
        yield
    finally:
        _exchange(root, instead, to_streams)


def _exchange(
    logger: logging.Logger,
    old: Sequence[logging.Handler],
    new: Sequence[logging.Handler],
) -> None:
    for handler in old:
        logger.removeHandler(handler)
    for handler in new:
        logger.addHandler(handler)
