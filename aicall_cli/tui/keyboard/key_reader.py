"""Reads the keyboard of whatever system this is, on the event loop."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from aicall_cli.tui.keyboard.key_event import KeyboardInput

Receive = Callable[[KeyboardInput], None]
"""Takes each input on the loop's thread, at once and in order."""


class KeyReader(Protocol):
    """Reads keys from entering until leaving, and leaves the terminal as it was.

    The first thing it says is ReleasesReported, as soon as that is known; again when it
    turns out to be otherwise.
    """

    def set_talk_keys(self, active: bool) -> None:
        """Have releases reported where possible, or else text typed as it is meant."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


def open_key_reader(
    receive: Receive,
    *,
    streams: Sequence[int] = (0, 1, 2),
    variables: Mapping[str, str] = os.environ,
    write: Callable[[str], object] | None = None,
) -> KeyReader | None:
    """Return a reader of the terminal's keys; None where there is no terminal.

    Args:
        receive: takes the inputs.
        streams: descriptors that may be the terminal, the best first; without 0 where
            standard input is the audio. The controlling terminal is tried after them.
        variables: TERM says whether the terminal understands sequences.
        write: writes to the same terminal, where others do too: one way keeps whole
            what both write, and in order. By default the reader writes by itself.
    """
    if sys.platform == "win32":
        from aicall_cli.tui.keyboard.windows_console import open_console
        from aicall_cli.tui.keyboard.windows_reader import WindowsReader

        console = open_console()
        return None if console is None else WindowsReader(console, receive)
    else:
        from aicall_cli.tui.keyboard.posix_reader import PosixReader
        from aicall_cli.tui.keyboard.posix_terminal import open_terminal

        terminal = open_terminal(streams)
        if terminal is None:
            return None
        dumb = variables.get("TERM", "dumb") in ("", "dumb")
        return PosixReader(terminal, receive, write=write, asks=not dumb)


def restore_keyboard() -> None:
    """Give the terminal back at once, for whoever ends the process without cleaning up."""
    if sys.platform == "win32":
        from aicall_cli.tui.keyboard.windows_console import restore_consoles

        restore_consoles()
    else:
        from aicall_cli.tui.keyboard.posix_terminal import restore_terminals

        restore_terminals()
