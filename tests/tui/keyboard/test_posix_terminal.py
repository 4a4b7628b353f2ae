"""On pseudo-terminals in this process; how processes leave theirs is shown in integration."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "win32":
    import pty
    import termios

    from aicall_cli.tui.keyboard import posix_terminal
    from aicall_cli.tui.keyboard.posix_terminal import open_terminal, restore_terminals

    @pytest.fixture
    def ends() -> Iterator[tuple[int, int]]:
        """Return the two ends of a pseudo-terminal: the window's and the program's."""
        window, program = pty.openpty()
        os.set_blocking(window, False)
        yield window, program
        os.close(window)
        os.close(program)

    def test_it_is_raw_while_entered_and_then_as_before(ends: tuple[int, int]) -> None:
        window, program = ends
        before = termios.tcgetattr(program)
        terminal = open_terminal([program])
        assert terminal is not None
        terminal.enter(lambda: "undo")
        inside = termios.tcgetattr(program)
        assert not inside[3] & (termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
        assert not inside[0] & (termios.ICRNL | termios.IXON)
        assert inside[1:3] == before[1:3]
        os.write(window, b"\r\x03\xc3")
        assert terminal.read() == b"\r\x03\xc3"
        assert terminal.read() == b""
        terminal.write("written")
        assert os.read(window, 100) == b"written"
        os.write(window, b"typed and not read")
        terminal.close()
        assert termios.tcgetattr(program) == before
        assert os.read(window, 100) == b"undo"
        os.set_blocking(program, False)
        with pytest.raises(BlockingIOError):
            os.read(program, 100)

    def test_all_are_restored_at_once_and_only_once(ends: tuple[int, int]) -> None:
        window, program = ends
        before = termios.tcgetattr(program)
        terminal = open_terminal([program])
        assert terminal is not None
        terminal.enter(lambda: "undo")
        restore_terminals()
        assert termios.tcgetattr(program) == before
        restore_terminals()
        terminal.restore()
        assert os.read(window, 100) == b"undo"
        terminal.close()
        with pytest.raises(BlockingIOError):
            os.read(window, 100)

    def test_the_first_stream_that_is_a_terminal_is_taken(ends: tuple[int, int]) -> None:
        _, program = ends
        pipe = os.pipe()
        terminal = open_terminal([*pipe, 987, program])
        assert terminal is not None
        assert os.ttyname(terminal.fileno()) == os.ttyname(program)
        assert terminal.fileno() != program
        assert not os.get_blocking(terminal.fileno())
        assert os.get_blocking(program)
        terminal.close()
        for end in pipe:
            os.close(end)

    def test_without_a_terminal_there_is_none(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "no terminal"
        file.touch()
        for device in (str(file), str(tmp_path / "nothing")):
            monkeypatch.setattr(posix_terminal, "_DEVICE", device)
            assert open_terminal([]) is None

    def test_a_terminal_in_whose_background_we_are_is_not_touched(
        ends: tuple[int, int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, program = ends
        terminal = open_terminal([program])
        assert terminal is not None
        terminal.enter(str)
        inside = termios.tcgetattr(program)
        monkeypatch.setattr(os, "tcgetpgrp", lambda descriptor: os.getpgrp() + 1)
        monkeypatch.setattr(posix_terminal, "_DEVICE", os.devnull)
        assert open_terminal([program]) is None
        terminal.close()
        assert termios.tcgetattr(program) == inside

    def test_a_window_that_was_closed_reads_as_gone() -> None:
        window, program = pty.openpty()
        terminal = open_terminal([program])
        assert terminal is not None
        terminal.enter(lambda: "undo")
        os.close(program)
        os.close(window)
        assert terminal.read() is None
        terminal.write("to nobody")
        terminal.close()

    def test_a_stuck_terminal_holds_nobody_up(ends: tuple[int, int]) -> None:
        window, program = ends
        before = termios.tcgetattr(program)
        terminal = open_terminal([program])
        assert terminal is not None
        terminal.enter(lambda: "undo")
        while True:  # until nobody reads
            try:
                os.write(terminal.fileno(), b"x" * 4096)
            except BlockingIOError:
                break
        terminal.write("x")
        terminal.close()
        assert termios.tcgetattr(program) == before
        assert os.read(window, 10) == b"x" * 10
