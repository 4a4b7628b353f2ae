import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicall_cli.tui.keyboard.key_event import KeyboardInput, ReleasesReported
from aicall_cli.tui.keyboard.key_reader import open_key_reader, restore_keyboard

if sys.platform != "win32":
    import pty
    import termios

    from aicall_cli.tui.keyboard import posix_terminal
    from aicall_cli.tui.keyboard.posix_reader import PosixReader

    @pytest.fixture
    def terminal() -> Iterator[int]:
        window, program = pty.openpty()
        yield program
        os.close(window)
        os.close(program)

    @pytest.mark.real_time
    @pytest.mark.parametrize("variables", [{}, {"TERM": ""}, {"TERM": "dumb"}])
    async def test_a_dumb_terminal_gets_no_sequences(
        terminal: int, variables: dict[str, str]
    ) -> None:
        said: list[KeyboardInput] = []
        written: list[str] = []
        reader = open_key_reader(
            said.append, streams=[terminal], variables=variables, write=written.append
        )
        assert isinstance(reader, PosixReader)
        async with reader:
            assert said == [ReleasesReported(reported=False)]
        assert written == []

    @pytest.mark.real_time
    async def test_any_other_is_asked(terminal: int) -> None:
        written: list[str] = []
        reader = open_key_reader(
            lambda item: None,
            streams=[terminal],
            variables={"TERM": "xterm"},
            write=written.append,
        )
        assert reader is not None
        async with reader:
            assert "\x1b[?u\x1b[c" in written[0]

    @pytest.mark.real_time
    async def test_the_keyboard_is_restored_for_who_ends_at_once(terminal: int) -> None:
        before = termios.tcgetattr(terminal)
        reader = open_key_reader(lambda item: None, streams=[terminal], variables={})
        assert reader is not None
        async with reader:
            assert termios.tcgetattr(terminal) != before
            restore_keyboard()
            assert termios.tcgetattr(terminal) == before

    def test_without_a_terminal_there_is_no_reader(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(posix_terminal, "_DEVICE", str(tmp_path / "nothing"))
        assert open_key_reader(lambda item: None, streams=[]) is None
