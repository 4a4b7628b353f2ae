"""The reader inside tmux, which answers questions and passes no releases."""

import os
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 20.0

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Tmux:
    """A server of its own with one window of 100 × 30 cells."""

    def __init__(self, folder: Path) -> None:
        self._command = ["tmux", "-L", f"aicall-{secrets.token_hex(4)}", "-f", os.devnull]
        self._environment = {**os.environ, "TMUX_TMPDIR": str(folder), "LANG": "C.UTF-8"}
        self._environment.pop("TMUX", None)

    def run(self, *arguments: str) -> str:
        """Give tmux a command and return what it prints."""
        done = subprocess.run(
            [*self._command, *arguments],
            env=self._environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def start(self, command: str) -> None:
        """Open the window with a shell's command in it."""
        self.run("new-session", "-d", "-x", "100", "-y", "30", command)

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self.run("send-keys", *keys)

    @property
    def screen(self) -> str:
        """What stands in the window."""
        return self.run("capture-pane", "-p")

    def wait_for(self, text: str) -> None:
        """Wait until ``text`` stands in the window."""
        deadline = time.monotonic() + WAIT_SECONDS
        while text not in self.screen:
            assert time.monotonic() < deadline, f"{text!r} never came:\n{self.screen}"
            time.sleep(0.02)  # noqa: TID251 - a real program is waited for


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    server = Tmux(tmp_path)
    try:
        yield server
    finally:
        server.run("kill-server")


def test_keys_are_presses_and_the_terminal_is_left_as_it_was(tmux: Tmux) -> None:
    child = shlex.join([sys.executable, "-m", "tests.integration.keyboard_child"])
    tmux.start(f'before=$(stty -g); {child}; test "$(stty -g)" = "$before" && echo same; read end')
    tmux.wait_for("releases False")
    tmux.press("Space")
    tmux.wait_for("press space 0 ' '")
    tmux.press("?", "é", "Up", "C-c", "Escape")
    tmux.wait_for("press escape 0")
    tmux.press("x")
    tmux.wait_for("same")
    assert tmux.screen.split("\n")[:10] == [
        "reading",
        "releases False",
        "press space 0 ' '",
        "press ? 0 '?'",
        "press é 0 '\\xe9'",
        "press up 0 ''",
        "press c 4 ''",
        "press escape 0 ''",
        "press x 0 'x'",
        "left",
    ]
    assert "^[" not in tmux.screen
