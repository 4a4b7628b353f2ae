"""The terminal that keys come from, on POSIX: opened for ourselves, and given back as it was.

Its own opening of the device makes it free of standard input, which may be the call's audio,
and lets it be non-blocking without making the shell's so. What was entered is restored when
the process ends, also when nobody comes by: at the interpreter's exit, and by
``restore_terminals`` for whoever is about to end the process at once.
"""

import atexit
import os
import sys
import termios
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

assert sys.platform != "win32"

_READ_BYTES: Final = 1024
"""A paste that comes as keys takes 5 ms of the loop at a time."""
_DEVICE: Final = "/dev/tty"
_INPUT, _LOCAL, _CHARACTERS = 0, 3, 6
"""Where ``tcgetattr`` has which of its parts."""
_ATTEMPTS: Final = 10
_ATTEMPT_SECONDS: Final = 0.01

_entered: list["PosixTerminal"] = []


def restore_terminals() -> None:
    """Give every terminal back at once; safe from a signal handler and any number of times."""
    for terminal in tuple(_entered):
        terminal.restore()


class PosixTerminal:
    """An open terminal. ``open_terminal`` finds it; ``close`` gives it back in any case."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._settings = termios.tcgetattr(descriptor)
        self._undo: Callable[[], str] = str

    def fileno(self) -> int:
        """Return the descriptor, for the event loop."""
        return self._descriptor

    def enter(self, undo: Callable[[], str]) -> None:
        """Have each key at once and without an echo, Ctrl-C among them.

        Output is processed as before. ``undo`` says what must be written to the terminal
        before it is given back, whenever that is.
        """
        settings = termios.tcgetattr(self._descriptor)
        # Enter stays a carriage return, Ctrl-S stops nothing, characters keep their bits.
        settings[_INPUT] &= ~(
            termios.BRKINT
            | termios.ICRNL
            | termios.IGNCR
            | termios.INLCR
            | termios.ISTRIP
            | termios.IXON
        )
        settings[_LOCAL] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        settings[_CHARACTERS][termios.VMIN] = 1
        settings[_CHARACTERS][termios.VTIME] = 0
        self._undo = undo
        _entered.append(self)
        _restore_at_exit()
        # Not after what is being written has drained: a stuck terminal would stop us here.
        termios.tcsetattr(self._descriptor, termios.TCSANOW, settings)

    def read(self) -> bytes | None:
        """Return what is there, perhaps nothing; None once the terminal is gone."""
        try:
            return os.read(self._descriptor, _READ_BYTES) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def write(self, text: str) -> None:
        """Write at once what fits; a terminal that takes nothing is beyond help."""
        with suppress(OSError):
            os.write(self._descriptor, text.encode())

    def restore(self) -> None:
        """Give the terminal back as it was; what was typed and not read is thrown away."""
        if self not in _entered:
            return
        _entered.remove(self)
        if undo := self._undo():
            self._insist(undo)
        # In the background the terminal is the shell's: it stops whoever touches it.
        if _is_ours(self._descriptor):
            with suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSANOW, self._settings)
                termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def close(self) -> None:
        """Restore and close; nothing may be called after it."""
        self.restore()
        os.close(self._descriptor)

    def _insist(self, text: str) -> None:
        """Write even where another thread is writing: nobody will come after us."""
        for _ in range(_ATTEMPTS):
            try:
                os.write(self._descriptor, text.encode())
            except BlockingIOError:
                threading.Event().wait(_ATTEMPT_SECONDS)
            except OSError:
                return
            else:
                return


def open_terminal(streams: Sequence[int]) -> PosixTerminal | None:
    """Return the terminal of the first of ``streams`` that is one, or the controlling one.

    None where there is none, and where the process runs in its background.
    """
    for path in (*_device_paths(streams), _DEVICE):
        # Their names first: macOS cannot wait for what is opened as /dev/tty.
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            if _is_ours(descriptor):
                return PosixTerminal(descriptor)
        except termios.error:
            pass
        os.close(descriptor)
    return None


def _device_paths(streams: Sequence[int]) -> list[str]:
    paths = []
    for stream in streams:
        with suppress(OSError):
            paths.append(os.ttyname(stream))
    return paths


def _is_ours(descriptor: int) -> bool:
    """Return whether we may change it: we are in its foreground, or it controls nobody."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return True


def _restore_at_exit() -> None:
    atexit.unregister(restore_terminals)
    atexit.register(restore_terminals)
