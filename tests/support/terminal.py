"""A real pseudo-terminal with a program in it: keys go in, what a person sees comes out.

::

    with Terminal(80, 24) as terminal:
        terminal.start([sys.executable, "-m", "aicall_cli", "call"], env=variables, cwd=home)
        terminal.wait_for("connected")
        terminal.press("space")                     # pressed and let go
        terminal.hold("space"); terminal.let_go("space")
        terminal.resize(120, 40)
        assert terminal.finish() == 0
        terminal.assert_as_before()

By default it is one with the Kitty protocol; ``Terminal(kitty=0)`` is a plain one and
``Terminal(kitty=0, win32=True)`` has win32-input-mode. Keys are sent in the protocol that
the program has switched on. The calling process keeps the other end open, so that the
terminal's settings can be looked at before, during and after the program.
"""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pexpect
from pexpect import fdpexpect

from tests.support.terminal_keyboard import ALL_FLAGS, Step, TerminalKeyboard
from tests.support.terminal_output import TerminalOutput

assert sys.platform != "win32"

WAIT_SECONDS = 20.0
"""How long something may take to appear before the test fails."""
_SLICE_SECONDS = 0.02
_READ_BYTES = 1 << 16


class Terminal:
    """A window of ``columns`` × ``lines`` cells."""

    def __init__(
        self,
        columns: int = 80,
        lines: int = 24,
        *,
        kitty: int = ALL_FLAGS,
        win32: bool = False,
        answers: bool = True,
    ) -> None:
        self.keyboard = TerminalKeyboard(kitty=kitty, win32=win32)
        self.output = TerminalOutput(columns, lines, self.keyboard)
        self.output.answers = answers
        self._master, self._slave = pty.openpty()
        self._io = fdpexpect.fdspawn(self._master)
        self._process: subprocess.Popen[bytes] | None = None
        self.resize(columns, lines)
        self.settings_before = self.settings

    # --- the program --------------------------------------------------------------------

    def start(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program whose controlling terminal this is, and by default its streams."""
        slave = self._slave

        def control() -> None:
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self._process = subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            env={"TERM": "xterm-256color", **(os.environ if env is None else env)},
            stdin=slave if stdin is None else stdin,
            stdout=slave if stdout is None else stdout,
            stderr=slave if stderr is None else stderr,
            pass_fds=(slave,),
            start_new_session=True,
            preexec_fn=control,  # noqa: PLW1509 - the child of a test's only thread
        )
        return self._process

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The program that was started last."""
        assert self._process is not None
        return self._process

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        self.process.send_signal(number)

    def finish(self, seconds: float = WAIT_SECONDS) -> int:
        """Wait for the program's end, and return its status."""
        self.wait_until(lambda: self.process.poll() is not None, "the end", seconds)
        self._pump(0)
        return self.process.returncode

    # --- what a person sees -------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        """What stands on the screen now, without empty lines at its end."""
        self._pump(0)
        return self._shown()

    @property
    def screen(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def written(self) -> str:
        """Everything that the program wrote, sequences and all."""
        self._pump(0)
        return self.output.text

    def wait_for(self, text: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until ``text`` stands on the screen, in one line."""
        self.wait_until(lambda: any(text in line for line in self._shown()), text, seconds)

    def wait_until(
        self, reached: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS
    ) -> None:
        """Wait until something is so; fail with the screen as it is."""
        deadline = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < deadline, f"{what!r} never came:\n" + self.screen
            self._pump(_SLICE_SECONDS)

    def watch(self, seconds: float) -> None:
        """Let the program write for a while."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._pump(min(left, _SLICE_SECONDS))

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size; the program gets SIGWINCH."""
        self.output.resize(columns, lines)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    # --- what a person does -------------------------------------------------------------

    def press(self, *names: str) -> None:
        """Press keys and let each go: "p", "P", "?", "space", "page_up", "ctrl+c"."""
        for name in names:
            self.hold(name)
            self.let_go(name)

    def hold(self, name: str) -> None:
        """Press a key and keep it down."""
        self._move(name, Step.PRESS)

    def repeat(self, name: str) -> None:
        """Let the key that is down repeat once."""
        self._move(name, Step.REPEAT)

    def let_go(self, name: str) -> None:
        """Let a key go; most terminals do not say so."""
        self._move(name, Step.RELEASE)

    def type_text(self, text: str) -> None:
        """Press the key of each character."""
        self.press(*("space" if character == " " else character for character in text))

    def paste(self, text: str) -> None:
        """Paste text from the clipboard."""
        self._pump(0)
        self.send(self.keyboard.paste(text))

    def focus(self, focused: bool) -> None:
        """Give the window the keyboard's focus, or take it away."""
        self._pump(0)
        self.send(self.keyboard.focus(focused))

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        if data:
            os.write(self._master, data)

    # --- how the terminal is left -------------------------------------------------------

    @property
    def settings(self) -> list[Any]:
        """What ``tcgetattr`` says now."""
        return termios.tcgetattr(self._slave)

    @property
    def is_as_before(self) -> bool:
        """Whether a program left nothing behind: settings, flags, modes, cursor, screen."""
        self._pump(0)
        return self.settings == self.settings_before and self.keyboard.untouched

    @property
    def unread(self) -> bytes:
        """What was typed and nobody has read: the shell would."""
        before = self.settings
        line = termios.tcgetattr(self._slave)
        line[3] &= ~termios.ICANON  # also what is no whole line yet
        termios.tcsetattr(self._slave, termios.TCSANOW, line)
        os.set_blocking(self._slave, False)
        try:
            return os.read(self._slave, _READ_BYTES)
        except BlockingIOError:
            return b""
        finally:
            termios.tcsetattr(self._slave, termios.TCSANOW, before)

    def assert_as_before(self) -> None:
        """Fail if something was left behind, saying what."""
        self._pump(0)
        assert self.settings == self.settings_before
        assert self.keyboard.modes == set(), "modes left behind; 25 is a hidden cursor"
        assert not any(self.keyboard.stacks.values()), self.keyboard.stacks

    def hang_up(self) -> None:
        """Close the window: the program loses its terminal and gets SIGHUP."""
        os.close(self._slave)
        os.close(self._master)
        self._slave = self._master = -1

    def close(self) -> None:
        """Kill what still runs and give the terminal back."""
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._master >= 0:
            self.hang_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _move(self, name: str, step: Step) -> None:
        # In the protocol of this moment: what the program wrote before comes first.
        self._pump(0)
        self.send(self.keyboard.key(name, step))

    def _shown(self) -> list[str]:
        lines = (line.rstrip() for line in self.output.screen.display)
        return "\n".join(lines).rstrip().split("\n")

    def _pump(self, seconds: float) -> None:
        """Take what the program has written, waiting up to ``seconds`` for the first of it."""
        while True:
            if self._master < 0:
                time.sleep(seconds)  # noqa: TID251 - a real program is waited for
                return
            try:
                data = self._io.read_nonblocking(_READ_BYTES, timeout=seconds)
            except pexpect.TIMEOUT:
                return
            if answer := self.output.feed(data):
                os.write(self._master, answer)
            seconds = 0
