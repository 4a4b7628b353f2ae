"""The real command on a real pseudo-terminal, and the screen that a person then sees."""

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

from tests.integration.command import AICALL, Command

_READ_SECONDS = 50
_BEFORE_A_CHANGE = re.compile(rb"(?=\r|\x1b\[2K)")


class Terminal:
    """A terminal of 80 × 24 cells in which ``aicall`` runs."""

    def __init__(
        self, command: Command, *arguments: str | Path, variables: Mapping[str, str] | None = None
    ) -> None:
        self.written = b""
        """All that the command wrote, escape sequences and all."""
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._shown: set[str] = set()
        self.child = pexpect.spawn(
            AICALL[0],
            [*AICALL[1:], *map(str, arguments)],
            cwd=str(command.home),
            env={**command.variables(), "TERM": "xterm-256color", **(variables or {})},
            dimensions=(24, 80),
            timeout=_READ_SECONDS,
            echo=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.child.close(force=True)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, without empty lines at its end."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    @property
    def cursor_hidden(self) -> bool:
        """Whether the cursor is hidden."""
        return bool(self._screen.cursor.hidden)

    def wait_for(self, text: str) -> None:
        """Read until ``text`` stands, or for a moment stood, in a line on the screen."""
        while not any(text in line for line in self._shown):
            assert self._read(), f"{text!r} never came: {self.lines}"

    def pause(self, seconds: float) -> None:
        """Wait, without reading."""
        threading.Event().wait(seconds)

    def resize(self, width: int, height: int) -> None:
        """Change the terminal's size; the command is told by SIGWINCH."""
        self.child.setwinsize(height, width)
        self._screen.resize(height, width)

    def hang_up(self) -> int:
        """Close the terminal, as who closes its window does; return the exit status."""
        self.child.ptyproc.fileobj.close()
        return self._status()

    def finish(self) -> int:
        """Read to the end, and return the exit status, or minus the signal that ended it."""
        while self._read():
            pass
        return self._status()

    def _status(self) -> int:
        self.child.wait()
        if self.child.signalstatus is not None:
            return -int(self.child.signalstatus)
        return int(self.child.exitstatus)

    def _read(self) -> bool:
        try:
            data: bytes = self.child.read_nonblocking(65_536, timeout=_READ_SECONDS)
        except pexpect.EOF:
            return False
        self.written += data
        # A screen at a time, however many came at once.
        for part in _BEFORE_A_CHANGE.split(data):
            self._stream.feed(part)
            self._shown.update(self.lines)
        return True
