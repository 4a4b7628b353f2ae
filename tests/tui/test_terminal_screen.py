import io
import os
import pty
import sys

import pytest
from rich.console import Console
from rich.text import Text

from aicall_cli.tui.terminal_screen import Picture, TerminalScreen, restore_screens
from tests.tui.terminal import Terminal

assert sys.platform != "win32"


def picture(*rows: str, cursor: tuple[int, int] | None = None) -> Picture:
    return Picture([Text.assemble(row) for row in rows], cursor)


def painted(terminal: Terminal, screen: TerminalScreen, new: Picture) -> str:
    """Return what is written for ``new``."""
    before = len(terminal.text)
    screen.paint(new)
    return terminal.text[before:]


def cursor_seen(terminal: Terminal) -> bool:
    return not terminal.cursor_hidden


def test_a_picture_is_what_is_seen() -> None:
    terminal = Terminal(20, 4)
    with TerminalScreen(terminal.console) as screen:
        screen.paint(picture("first", "北京", "", "last"))
        assert terminal.lines == ["first", "北京", "", "last"]
        screen.paint(picture("first", "北", "third"))
        assert terminal.lines == ["first", "北", "third"]


def test_only_rows_that_changed_are_written() -> None:
    terminal = Terminal(20, 4)
    with TerminalScreen(terminal.console) as screen:
        screen.paint(picture("one", "two", "three"))
        assert painted(terminal, screen, picture("one", "TWO", "three")) == (
            "\x1b[2;1H\x1b[KTWO\x1b[?25l"
        )
        assert painted(terminal, screen, picture("one", "TWO", "three")) == ""


def test_a_change_of_colour_is_a_change() -> None:
    terminal = Terminal(20, 4)
    with TerminalScreen(terminal.console) as screen:
        for style in ("green", "red"):
            written = painted(terminal, screen, Picture([Text("listening", style)]))
            assert "listening" in written


def test_a_new_size_is_painted_anew() -> None:
    terminal = Terminal(20, 4)
    with TerminalScreen(terminal.console) as screen:
        screen.paint(picture("one", "two"))
        terminal.resize(30, 4)
        written = painted(terminal, screen, picture("one", "two"))
        assert written.startswith("\x1b[2J")
        assert "one" in written


def test_the_cursor_is_seen_only_where_a_picture_has_it() -> None:
    terminal = Terminal(20, 4)
    with TerminalScreen(terminal.console) as screen:
        screen.paint(picture("one"))
        assert not cursor_seen(terminal)
        screen.paint(picture("one", cursor=(3, 0)))
        assert cursor_seen(terminal)
        assert painted(terminal, screen, picture("one", cursor=(2, 0))) == "\x1b[1;3H\x1b[?25h"
        screen.paint(picture("one"))
        assert not cursor_seen(terminal)


def test_a_row_that_the_terminal_finds_too_wide_does_not_wrap() -> None:
    terminal = Terminal(10, 4)
    with TerminalScreen(terminal.console) as screen:
        screen.paint(picture("x" * 13, "second"))
        assert terminal.lines[1] == "second"
        assert len(terminal.lines) == 2


@pytest.mark.parametrize("error", [None, RuntimeError])
def test_leaving_gives_the_old_screen_back(error: type[Exception] | None) -> None:
    terminal = Terminal()
    try:
        with TerminalScreen(terminal.console) as screen:
            assert terminal.text.startswith("\x1b[?1049h")
            screen.paint(picture("one"))
            if error:
                raise error
    except RuntimeError:
        pass
    assert terminal.text.endswith("\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l")
    assert not terminal.cursor_hidden


def test_the_old_screen_comes_back_at_once_where_nobody_cleans_up() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream:
        console = Console(file=stream, force_terminal=True, _environ={"TERM": "xterm"})
        with TerminalScreen(console):
            assert b"\x1b[?1049h" in os.read(ours, 4096)
            restore_screens()
            assert os.read(ours, 4096) == b"\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l"
        os.read(ours, 4096)
        restore_screens()
    os.close(ours)


def test_what_never_was_a_terminal_is_not_given_back() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "xterm"})
    with TerminalScreen(console):
        restore_screens()
