"""``aicall call`` as a person uses it: a real pseudo-terminal, real speech, the built-in agent."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from aicall_cli.exit_status import ExitStatus
from tests.support.terminal import Terminal

_SPEECH = Path(__file__).parents[2] / "recordings" / "samples" / "goforward.wav"
_FIRST_SECONDS = 40.0
"""A loaded machine may take so long until the call shows."""


def _command(*options: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "aicall_cli", "call", "--output", "null", *options]


@contextmanager
def _called(
    folder: Path,
    *options: str | Path,
    columns: int = 80,
    lines: int = 24,
    kitty: bool = True,
    win32: bool = False,
) -> Iterator[Terminal]:
    """Be in a call of an agent, recorded below ``folder``; the terminal must be left as it was."""
    variables = {
        **os.environ,
        "TERM": "xterm-256color",
        "AICALL_RECORD_DIR": str(folder / "recordings"),
        "AICALL_CONFIG": str(folder / "config.toml"),
    }
    with Terminal(columns, lines, kitty=15 if kitty else 0, win32=win32) as terminal:
        terminal.start(_command(*options), env=variables, cwd=folder)
        terminal.wait_for("connected", _FIRST_SECONDS)
        yield terminal
        terminal.assert_as_before()


def _events(folder: Path) -> list[dict[str, object]]:
    (path,) = (folder / "recordings").glob("*/events.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


def _commands(folder: Path) -> list[object]:
    return [event["command"] for event in _events(folder) if event["event"] == "command_sent"]


@pytest.mark.parametrize(("columns", "lines"), [(60, 16), (80, 24), (120, 40)])
def test_the_caller_is_heard_and_answered_on_the_screen(
    tmp_path: Path, columns: int, lines: int
) -> None:
    call = _called(
        tmp_path, "--agent-id=assistant", "--input", _SPEECH, columns=columns, lines=lines
    )
    with call as terminal:
        terminal.wait_for("you   ▸ go forward ten meters")
        terminal.wait_for("agent ▸ You said: go forward ten meters.")
        assert all(len(line) <= columns for line in terminal.lines)
        assert "q hang up" in terminal.screen
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
        assert "agent ▸ You said: go forward ten meters." in terminal.screen
        assert "recording" in terminal.screen


def test_the_talk_key_is_held_where_the_terminal_tells_that_it_is_let_go(tmp_path: Path) -> None:
    with _called(tmp_path, "--agent-id=echo", "--input=tone:300:60", "--ptt") as terminal:
        terminal.wait_for("hold Space to talk")
        terminal.hold("space")
        terminal.wait_for("talking")
        terminal.watch(0.6)
        terminal.repeat("space")
        assert "talking" in terminal.screen
        terminal.let_go("space")
        terminal.wait_for("hold Space to talk")
        terminal.hold("space")
        terminal.wait_for("talking")
        terminal.press("escape")
        terminal.wait_for("hold Space to talk")
        terminal.let_go("space")
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
    assert _commands(tmp_path) == [
        "enable_push_to_talk",
        "start_push_to_talk",
        "finish_push_to_talk",
        "start_push_to_talk",
        "cancel_push_to_talk",
    ]


@pytest.mark.parametrize("win32", [False, True])
def test_without_kitty_the_talk_key_still_talks(tmp_path: Path, win32: bool) -> None:
    call = _called(
        tmp_path, "--agent-id=echo", "--input=tone:300:60", "--ptt", kitty=False, win32=win32
    )
    with call as terminal:
        if win32:  # which tells by its first key that it reports releases
            terminal.press("m", "m")
        terminal.wait_for("hold Space to talk" if win32 else "Space again to send")
        terminal.hold("space")
        terminal.wait_for("talking")
        terminal.watch(1.0)
        if win32:
            terminal.let_go("space")
        else:
            terminal.hold("space")
        terminal.wait_for("push-to-talk:")
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
    assert _commands(tmp_path)[1:3] == ["start_push_to_talk", "finish_push_to_talk"]


def test_text_is_typed_to_the_agent(tmp_path: Path) -> None:
    with _called(tmp_path, "--agent-id=assistant", "--input=silence:60") as terminal:
        terminal.press("t")
        terminal.wait_for("text ▸")
        terminal.type_text("what is two plus three")
        terminal.press("enter")
        terminal.wait_for("you   ▸ what is two plus three")
        terminal.wait_for("5")
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
    assert "send_text" in _commands(tmp_path)


def test_switches_and_help_show_on_the_screen(tmp_path: Path) -> None:
    with _called(tmp_path, "--agent-id=echo", "--input=silence:60") as terminal:
        terminal.wait_for("● rec")
        terminal.press("m")
        terminal.wait_for("muted")
        terminal.press("m", "-")
        terminal.wait_for("volume")
        terminal.press("s")
        terminal.wait_for("agent off")
        terminal.press("r")
        terminal.wait_until(lambda: "● rec" not in terminal.screen, "recording off")
        terminal.press("?")
        terminal.wait_for("interrupt")
        terminal.press("?")
        terminal.wait_for("you are heard")
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK


def test_the_window_may_change_its_size(tmp_path: Path) -> None:
    with _called(tmp_path, "--agent-id=assistant", "--input", _SPEECH) as terminal:
        terminal.wait_for("go forward ten meters")
        for columns, lines in ((60, 16), (120, 40), (80, 24)):
            terminal.resize(columns, lines)
            terminal.wait_for("q hang up")
            assert all(len(line) <= columns for line in terminal.lines)
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK


@pytest.mark.parametrize("kitty", [True, False])
def test_ctrl_c_hangs_up(tmp_path: Path, kitty: bool) -> None:
    with _called(tmp_path, "--agent-id=echo", "--input=silence:60", kitty=kitty) as terminal:
        terminal.press("ctrl+c")
        assert terminal.finish() == ExitStatus.INTERRUPTED
        assert "recording" in terminal.screen
    assert _events(tmp_path)[-1]["event"] == "call_ended"


def test_ctrl_c_twice_ends_at_once(tmp_path: Path) -> None:
    with _called(tmp_path, "--agent-id=echo", "--input=silence:60") as terminal:
        terminal.press("ctrl+c", "ctrl+c")
        assert terminal.finish() == ExitStatus.INTERRUPTED


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, ExitStatus.TERMINATED), (signal.SIGHUP, ExitStatus.HANGUP)],
)
def test_signals_hang_up(tmp_path: Path, number: signal.Signals, status: ExitStatus) -> None:
    with _called(tmp_path, "--agent-id=echo", "--input=silence:60") as terminal:
        terminal.signal(number)
        assert terminal.finish() == status
    assert _events(tmp_path)[-1]["event"] == "call_ended"


def test_an_agent_that_is_killed_loses_the_call(tmp_path: Path) -> None:
    with _called(tmp_path, "--agent-id=echo", "--input=silence:60") as terminal:
        (agent,) = psutil.Process(terminal.process.pid).children()
        agent.kill()
        assert terminal.finish() == ExitStatus.CONNECTION_LOST
        assert "the call was lost" in terminal.screen


def test_keys_come_from_the_terminal_when_standard_input_is_the_audio(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    variables = {
        **os.environ,
        "TERM": "xterm-256color",
        "AICALL_RECORD_DIR": str(tmp_path / "recordings"),
        "AICALL_CONFIG": str(tmp_path / "config.toml"),
    }
    os.write(writing, _SPEECH.read_bytes()[:60_000])
    with Terminal() as terminal:
        terminal.start(
            _command("--agent-id=echo", "--input=-"), env=variables, cwd=tmp_path, stdin=reading
        )
        os.close(reading)
        terminal.wait_for("connected", _FIRST_SECONDS)
        terminal.press("m")
        terminal.wait_for("muted")
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
        terminal.assert_as_before()
    os.close(writing)
