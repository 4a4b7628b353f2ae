"""A push on a real terminal: live, interrupted, closed, paused, dumb, monochrome."""

import re
import sys
import termios

import pytest

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.integration.conftest import Server
from tests.integration.scripts import script
from tests.integration.terminal import Terminal
from tests.recording.stereo_wav import read_stereo

assert sys.platform != "win32"

LONG = ("push-file", "tone:300:60", "--agent-id", "echo")
SHORT = ("push-file", "tone:300:0.5", "--wait-reply", "0")
_COLOUR = re.compile(rb"\x1b\[[0-9;]*3[0-7][0-9;]*m")


def test_a_call_is_shown_live_and_summed_up(aicall: Command) -> None:
    agent = script(
        aicall.home,
        'after = "utterance"\nuser_subtitle = "go"\nend = false',
        'delay_ms = 500\nuser_subtitle = "go forward"',
        'delay_ms = 100\nstate = "speaking"',
        'delay_ms = 500\nsubtitle = ["As you ", "wish."]',
        "delay_ms = 200\nleave = 2001",
    )
    with Terminal(aicall, "push-file", "tone:300:0.4", "--ptt", "--agent-id", agent) as terminal:
        terminal.wait_for("you   ▸ go")
        terminal.wait_for("you   ▸ go forward")
        terminal.wait_for("● speaking")
        terminal.wait_for("agent ▸ As you wish.")
        assert terminal.finish() == ExitStatus.OK
        assert terminal.lines[:2] == ["you   ▸ go forward", "agent ▸ As you wish."]
        assert not any("speaking" in line for line in terminal.lines)
        assert any(line.startswith("pushed") for line in terminal.lines)
        assert b"\x1b[?25l" in terminal.written
        assert not terminal.cursor_hidden
        assert _COLOUR.search(terminal.written)


def test_ctrl_c_gives_the_terminal_back(aicall: Command) -> None:
    with Terminal(aicall, *LONG) as terminal:
        before = termios.tcgetattr(terminal.child.fileno())
        terminal.wait_for("listening")
        terminal.child.sendintr()
        assert terminal.finish() == ExitStatus.INTERRUPTED
        assert not terminal.cursor_hidden
        assert any("hung up" in line for line in terminal.lines)
        assert not any("Traceback" in line for line in terminal.lines)
        assert termios.tcgetattr(terminal.child.fileno()) == before
    assert len(read_stereo(aicall.recording / "call.wav")) > 0


def test_a_terminal_that_is_closed_hangs_up(aicall: Command) -> None:
    with Terminal(aicall, *LONG) as terminal:
        terminal.wait_for("listening")
        assert terminal.hang_up() == ExitStatus.HANGUP
    assert len(read_stereo(aicall.recording / "call.wav")) > 0
    assert (aicall.recording / "summary.json").exists()


def test_a_terminal_that_is_paused_does_not_stop_the_audio(aicall: Command, server: Server) -> None:
    options = ("push-file", "tone:300:2", "--wait-reply", "0", *server.options)
    with Terminal(aicall, *options) as terminal:
        terminal.wait_for("listening")
        terminal.child.sendcontrol("s")
        terminal.pause(1.5)
        terminal.child.sendcontrol("q")
        assert terminal.finish() == ExitStatus.OK
        assert any(
            line == "pushed      100 frames, 0 retried, 0 dropped" for line in terminal.lines
        )
        assert any(line.startswith("ticks ") and "0 skipped" in line for line in terminal.lines)


def test_a_terminal_of_another_size_is_used_as_it_is(aicall: Command) -> None:
    with Terminal(aicall, *LONG) as terminal:
        terminal.wait_for("listening")
        terminal.resize(30, 10)
        terminal.wait_for("listening")
        terminal.resize(12, 3)
        terminal.pause(0.5)
        terminal.child.sendintr()
        assert terminal.finish() == ExitStatus.INTERRUPTED
        assert not terminal.cursor_hidden


@pytest.mark.parametrize(
    "variables",
    [{"TERM": "dumb"}, {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}],
    ids=["dumb", "ascii"],
)
def test_a_terminal_that_can_do_little_gets_plain_lines(
    aicall: Command, server: Server, variables: dict[str, str]
) -> None:
    with Terminal(aicall, *SHORT, *server.options, variables=variables) as terminal:
        assert terminal.finish() == ExitStatus.OK
        assert b"\x1b" not in terminal.written
        assert any(line.startswith("pushed") for line in terminal.lines)


def test_no_color_means_none(aicall: Command, server: Server) -> None:
    with Terminal(aicall, *SHORT, *server.options, variables={"NO_COLOR": "1"}) as terminal:
        assert terminal.finish() == ExitStatus.OK
        assert not _COLOUR.search(terminal.written)
        assert any(line.startswith("pushed") for line in terminal.lines)


def test_no_locale_stops_a_call(aicall: Command, server: Server) -> None:
    variables = {"LANG": "no_SUCH.locale", "LC_ALL": "no_SUCH.locale"}
    done = aicall.run(*SHORT, *server.options, variables=variables)
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert "hung up" in done.out


def test_json_on_a_terminal_is_json(aicall: Command, server: Server) -> None:
    with Terminal(aicall, *SHORT, *server.options, "--json") as terminal:
        assert terminal.finish() == ExitStatus.OK
        assert b"\x1b" not in terminal.written
        assert terminal.written.count(b'{"schema": 1') == len(terminal.written.splitlines())


def test_an_error_on_a_terminal_is_one_sentence(aicall: Command) -> None:
    with Terminal(aicall, "push-file", "missing.wav", "--agent-id", "echo") as terminal:
        assert terminal.finish() == ExitStatus.UNREADABLE_INPUT
        assert terminal.lines == ["aicall: there is no file missing.wav", "  check the path"]


def test_a_terminal_is_a_standard_input_that_can_end(aicall: Command) -> None:
    options = ("--agent-id", "echo", "--server", "ws://127.0.0.1:1")
    with Terminal(aicall, "push-file", "-", *options) as terminal:
        terminal.pause(0.5)
        terminal.child.sendeof()
        assert terminal.finish() == ExitStatus.UNREADABLE_INPUT
        assert "aicall: standard input is empty" in terminal.lines[0]
