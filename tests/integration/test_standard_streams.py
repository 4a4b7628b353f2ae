"""Standard streams that are closed, full or somebody else's."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.integration.conftest import Server
from tests.integration.scripts import script
from tests.support.media_files import sine, wav_bytes

SHORT = ("push-file", "tone:300:0.4", "--wait-reply", "0")


def _shell(redirection: str) -> Sequence[str]:
    """Return what runs the command with streams as ``redirection`` has them."""
    return ("sh", "-c", f'exec "$@" {redirection}', "sh")


def _chatty(aicall: Command) -> str:
    """Return an agent that says something five times a second, for ten seconds."""
    begin = 'after = "call_begin"\nsubtitle = ["Yes."]'
    return script(aicall.home, begin, *['delay_ms = 200\nsubtitle = ["Yes."]'] * 50)


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_reader_that_goes_is_141_without_a_word(aicall: Command, form: tuple[str, ...]) -> None:
    agent = _chatty(aicall)
    running = aicall.start("push-file", "tone:300:60", "--agent-id", agent, "--no-record", *form)
    running.line()
    running.hang_up()
    assert running.process.wait() == ExitStatus.OUTPUT_CLOSED
    assert running.errors == ""


def test_a_reader_that_was_never_there_is_141(aicall: Command, server: Server) -> None:
    running = aicall.start(*SHORT, *server.options)
    running.hang_up()
    assert running.process.wait() == ExitStatus.OUTPUT_CLOSED
    assert running.errors == ""


@pytest.mark.parametrize(
    ("redirection", "shown"),
    [("<&-", True), (">&-", False), ("2>&-", True), ("<&- >&- 2>&-", False)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_call_needs_no_standard_stream(aicall: Command, redirection: str, shown: bool) -> None:
    done = aicall.run(*SHORT, "--agent-id", "echo", wrapper=_shell(redirection))
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert ("hung up" in done.out) == shown


def test_a_standard_input_that_is_closed_is_8(aicall: Command) -> None:
    options = ("--agent-id", "echo", "--server", "ws://127.0.0.1:1")
    done = aicall.run("push-file", "-", *options, wrapper=_shell("<&-"))
    assert "standard input" in done.complaint(ExitStatus.UNREADABLE_INPUT)


def test_a_standard_input_without_anything_is_8(aicall: Command) -> None:
    done = aicall.run("push-file", "-", "--agent-id", "echo", "--server", "ws://127.0.0.1:1")
    assert "standard input is empty" in done.complaint(ExitStatus.UNREADABLE_INPUT)


def test_errors_that_nobody_can_read_keep_their_status(aicall: Command) -> None:
    for redirection in ("2>&-", "2>/dev/full", ">/dev/full 2>&1"):
        done = aicall.run("push-file", "missing.wav", wrapper=_shell(redirection))
        assert (done.status, done.out) == (ExitStatus.UNREADABLE_INPUT, ""), redirection


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_standard_output_that_is_full_is_told(
    aicall: Command, server: Server, form: tuple[str, ...]
) -> None:
    done = aicall.run(*SHORT, *form, *server.options, wrapper=_shell(">/dev/full"))
    complaint = done.complaint(ExitStatus.RECORDING)
    assert "standard output cannot be written (No space left on device)" in complaint


# --- standard input as the source ----------------------------------------------------------


def test_samples_are_pushed_as_they_come_through_a_pipe(aicall: Command, server: Server) -> None:
    options = ("--rate", "16000", "--wait-reply", "0", "--json")
    pcm = sine(300, 16_000, 0.5).tobytes()
    running = aicall.start("push-file", "-", *options, *server.options, stdin=subprocess.PIPE)
    feed = running.stdin
    for at in range(0, len(pcm), 1_001):
        feed.write(pcm[at : at + 1_001])
        feed.flush()
        if at == 0:
            running.call()
    running.stdin.close()
    done = running.finish()
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["pushes"]["pushed"] == 25
    assert done.summary["finished"]


def test_a_wav_through_a_pipe_says_its_own_format(aicall: Command, server: Server) -> None:
    running = aicall.start(
        "push-file", "-", "--wait-reply=0", "--json", *server.options, stdin=subprocess.PIPE
    )
    # As who writes into a pipe does: it cannot come back to say how long it was.
    feed = running.stdin
    feed.write(wav_bytes(sine(300, 8_000, 0.5).tobytes(), rate=8_000, data_size=0xFFFFFFFF))
    running.stdin.close()
    done = running.finish()
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["pushes"]["pushed"] == 25


def test_a_file_can_be_standard_input(aicall: Command, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "question.wav"
    path.write_bytes(wav_bytes(sine(300, 44_100, 0.5).tobytes(), rate=44_100))
    number = os.open(path, os.O_RDONLY)
    try:
        running = aicall.start(
            "push-file", "-", "--wait-reply=0", "--json", *server.options, stdin=number
        )
    finally:
        os.close(number)
    done = running.finish()
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["pushes"]["pushed"] == 25
