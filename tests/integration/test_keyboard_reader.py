"""The reader on real pseudo-terminals, in a process of its own."""

import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

assert sys.platform != "win32"

from tests.support.terminal import Terminal  # noqa: E402 - for Windows mypy stops above

ROOT = Path(__file__).parents[2]
CHILD = (sys.executable, "-m", "tests.integration.keyboard_child")
KINDS = {
    "kitty": {"kitty": 31},
    "half of kitty": {"kitty": 1},
    "win32": {"kitty": 0, "win32": 1},
    "plain": {"kitty": 0},
    "silent": {"kitty": 0, "answers": 0},
}


def begin(terminal: Terminal, ending: str = "", **variables: str) -> None:
    environment = {**os.environ, "TERM": "xterm-256color", **variables}
    terminal.start([*CHILD, *ending.split()], env=environment, cwd=ROOT)
    terminal.wait_for("reading")
    terminal.wait_for("releases ")


@pytest.fixture(params=KINDS)
def any_terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    options = KINDS[request.param]
    with Terminal(
        100,
        50,
        kitty=options["kitty"],
        win32=bool(options.get("win32")),
        answers=bool(options.get("answers", 1)),
    ) as terminal:
        yield terminal


def said(terminal: Terminal) -> list[str]:
    """Return what the program said since it began."""
    return [line for line in terminal.lines if line and line != "reading"]


def test_kitty_tells_presses_repeats_and_releases() -> None:
    with Terminal(100, 50) as terminal:
        begin(terminal)
        terminal.hold("space")
        terminal.repeat("space")
        terminal.let_go("space")
        terminal.press("P", "?", "ctrl+c")
        terminal.hold("x")
        assert terminal.finish() == 0
        assert said(terminal) == [
            "releases True",
            "press space 0 ' '",
            "repeat space 0 ' '",
            "release space 0 ''",
            "press p 1 'P'",
            "release p 1 ''",
            "press / 1 ''",
            "release / 1 ''",
            "press c 4 ''",
            "release c 4 ''",
            "press x 0 'x'",
            "left",
        ]
        terminal.assert_as_before()


def test_win32_input_shows_itself_by_its_first_key() -> None:
    with Terminal(100, 50, kitty=0, win32=True) as terminal:
        begin(terminal)
        terminal.hold("space")
        terminal.repeat("space")
        terminal.let_go("space")
        terminal.press("?", "ctrl+c")
        terminal.hold("x")
        assert terminal.finish() == 0
        assert said(terminal) == [
            "releases False",
            "releases True",
            "press space 0 ' '",
            "repeat space 0 ' '",
            "release space 0 ''",
            "press ? 1 '?'",
            "release ? 1 ''",
            "press c 4 ''",
            "release c 4 ''",
            "press x 0 'x'",
            "left",
        ]
        terminal.assert_as_before()


@pytest.mark.parametrize("kitty", [0, 1])
def test_a_plain_terminal_tells_presses_only(kitty: int) -> None:
    with Terminal(100, 50, kitty=kitty) as terminal:
        begin(terminal)
        terminal.press("space", "P", "?", "ctrl+c", "up", "escape")
        terminal.wait_for("press escape")
        terminal.press("x")
        assert terminal.finish() == 0
        assert said(terminal) == [
            "releases False",
            "press space 0 ' '",
            "press p 1 'P'",
            "press ? 0 '?'",
            "press c 4 ''",
            "press up 0 ''",
            "press escape 0 ''",
            "press x 0 'x'",
            "left",
        ]
        terminal.assert_as_before()


def test_text_is_typed_without_the_talk_keys_flags() -> None:
    with Terminal(100, 50) as terminal:
        begin(terminal)
        assert terminal.keyboard.stacks[False] == [1, 11]
        terminal.press("t")
        terminal.wait_until(lambda: terminal.keyboard.flags == 1, "flag 1 alone")
        terminal.type_text("Ünï ?")
        terminal.paste("one\ntwo")
        terminal.press("enter")
        terminal.wait_until(lambda: terminal.keyboard.flags == 11, "all flags")
        terminal.press("x")
        assert terminal.finish() == 0
        lines = said(terminal)
        typed = lines[lines.index("press t 0 't'") : lines.index("press enter 0 ''")]
        assert [line for line in typed if line.startswith("pre")][1:] == [
            "press ü 1 '\\xdc'",
            "press n 0 'n'",
            "press ï 0 '\\xef'",
            "press space 0 ' '",
            "press ? 0 '?'",
        ]
        assert typed[-1] == "pasted 'one\\rtwo'"
        terminal.assert_as_before()


def test_win32_input_is_off_while_text_is_typed() -> None:
    with Terminal(100, 50, kitty=0, win32=True) as terminal:
        begin(terminal)
        terminal.hold("t")
        terminal.wait_until(lambda: 9001 not in terminal.keyboard.modes, "text")
        terminal.let_go("t")  # nobody is told
        terminal.press("a", "enter")
        terminal.wait_until(lambda: 9001 in terminal.keyboard.modes, "keys")
        terminal.press("t", "enter")
        terminal.wait_until(lambda: 9001 in terminal.keyboard.modes, "keys again")
        terminal.press("x")
        assert terminal.finish() == 0
        assert said(terminal).count("press t 0 't'") == 2
        terminal.assert_as_before()


def test_a_window_that_loses_the_focus_is_told() -> None:
    with Terminal(100, 50) as terminal:
        begin(terminal)
        terminal.focus(focused=False)
        terminal.wait_for("focus False")
        terminal.press("x")
        assert terminal.finish() == 0


def test_a_paste_is_never_keys() -> None:
    with Terminal(100, 50, kitty=0) as terminal:
        begin(terminal)
        terminal.paste("x\x1b[201x t")
        terminal.wait_for("pasted 'x\\x1b[201x t'")
        terminal.press("x")
        assert terminal.finish() == 0


def test_while_it_reads_the_terminal_echoes_nothing_and_signals_nothing() -> None:
    with Terminal(100, 50, kitty=0) as terminal:
        begin(terminal)
        local = terminal.settings[3]
        assert not local & (termios.ECHO | termios.ICANON | termios.ISIG)
        assert terminal.settings[1] == terminal.settings_before[1]
        terminal.send(b"\x03\x1a\x1c\x13")
        terminal.wait_for("press s 4")
        assert terminal.process.poll() is None
        terminal.press("x")
        assert terminal.finish() == 0
        terminal.assert_as_before()


# --- every way out ----------------------------------------------------------------------


def test_the_end_leaves_the_terminal_as_it_was(any_terminal: Terminal) -> None:
    begin(any_terminal)
    assert not any_terminal.is_as_before
    any_terminal.press("x")
    assert any_terminal.finish() == 0
    any_terminal.assert_as_before()


@pytest.mark.parametrize(("ending", "status"), [("exception", 1), ("exit", 5), ("at once", 6)])
def test_a_bad_end_leaves_the_terminal_as_it_was(
    any_terminal: Terminal, ending: str, status: int
) -> None:
    begin(any_terminal, ending)
    any_terminal.press("x")
    assert any_terminal.finish() == status
    any_terminal.assert_as_before()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was(
    any_terminal: Terminal, number: signal.Signals
) -> None:
    begin(any_terminal)
    any_terminal.signal(number)
    assert any_terminal.finish() == 128 + number
    any_terminal.assert_as_before()


def test_a_signal_while_text_is_typed_leaves_the_terminal_as_it_was(
    any_terminal: Terminal,
) -> None:
    begin(any_terminal)
    any_terminal.press("t")
    any_terminal.wait_for("press t")
    any_terminal.signal(signal.SIGTERM)
    assert any_terminal.finish() == 128 + signal.SIGTERM
    any_terminal.assert_as_before()


def test_signals_at_any_moment_leave_the_terminal_as_it_was(any_terminal: Terminal) -> None:
    environment = {**os.environ, "TERM": "xterm-256color"}
    for moment in range(3):
        process = any_terminal.start(CHILD, env=environment, cwd=ROOT)
        any_terminal.wait_until(
            lambda: any_terminal.settings != any_terminal.settings_before, "its settings"
        )
        any_terminal.watch(0.01 * moment)
        any_terminal.signal(signal.SIGTERM)
        assert any_terminal.finish() == 128 + signal.SIGTERM
        assert process.poll() is not None
        any_terminal.assert_as_before()


def test_answers_on_their_way_are_not_left_to_the_shell() -> None:
    with Terminal(100, 50) as terminal:
        terminal.start(CHILD, env={**os.environ, "TERM": "xterm-256color"}, cwd=ROOT)
        while terminal.settings == terminal.settings_before:
            assert terminal.process.poll() is None
        terminal.signal(signal.SIGTERM)  # before the terminal has looked at the question
        assert terminal.finish() == 128 + signal.SIGTERM
        terminal.assert_as_before()
        assert "^[" not in terminal.screen
        assert not terminal.unread


def test_a_window_that_is_closed_ends_the_program() -> None:
    with Terminal(100, 50) as terminal:
        begin(terminal)
        terminal.hang_up()
        # Its reader is told, and it gets a signal; which comes first is not said.
        assert terminal.process.wait(10) in (0, 128 + signal.SIGHUP)


def test_keys_let_go_on_the_way_out_are_not_left_to_the_shell() -> None:
    with Terminal(100, 50) as terminal:
        begin(terminal)
        terminal.hold("x")
        terminal.wait_for("press x")
        terminal.let_go("x")
        assert terminal.finish() == 0
        terminal.assert_as_before()
        assert not terminal.unread


# --- which terminal ---------------------------------------------------------------------


def test_keys_come_from_the_terminal_while_standard_input_is_audio() -> None:
    with Terminal(100, 50) as terminal:
        audio, end = os.pipe()
        try:
            environment = {**os.environ, "TERM": "xterm-256color"}
            terminal.start([*CHILD, "audio"], env=environment, cwd=ROOT, stdin=audio)
            terminal.wait_for("releases True")
            os.write(end, b"x" * 100)
            terminal.press("p")
            terminal.wait_for("press p")
            terminal.press("x")
            assert terminal.finish() == 0
        finally:
            os.close(audio)
            os.close(end)
        terminal.assert_as_before()


def test_the_controlling_terminal_is_found_without_any_stream() -> None:
    with Terminal(100, 50) as terminal:
        terminal.start(
            CHILD,
            env={**os.environ, "TERM": "xterm-256color"},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        terminal.wait_until(lambda: terminal.keyboard.flags == 11, "its flags")
        terminal.press("x")
        assert terminal.finish() == 0
        terminal.assert_as_before()


def test_without_a_terminal_there_is_no_keyboard() -> None:
    done = subprocess.run(
        CHILD,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "no keyboard\n")


def test_in_the_background_there_is_no_keyboard() -> None:
    with Terminal(100, 50) as terminal:
        command = " ".join(CHILD)
        terminal.start(["sh", "-mc", f"{command} & wait $!; echo status $?"], cwd=ROOT)
        terminal.wait_for("status 3")
        assert "no keyboard" in terminal.screen
        terminal.finish()
        terminal.assert_as_before()


def test_a_dumb_terminal_is_asked_nothing() -> None:
    with Terminal(100, 50) as terminal:
        begin(terminal, TERM="dumb")
        terminal.press("space", "t", "enter", "x")
        assert terminal.finish() == 0
        assert "\x1b" not in terminal.written
        assert "releases False" in said(terminal)
        terminal.assert_as_before()
