"""Standard streams that are closed, full or somebody else's."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.integration.conftest import Server
from tests.integration.scripts import script
from tests.support.media_files import sine, wav_bytes

FORMS: tuple[tuple[str, ...], ...] = ((), ("--json",))
SHORT = ("push-file", "tone:300:0.4", "--wait-reply", "0")


def _shell(redirection: str) -> Sequence[str]:
    """Return what runs the command with streams as ``redirection`` has them."""
    return ("sh", "-c", f'exec "$@" {redirection}', "sh")


def _chatty(aicall: Command) -> str:
    """Return an agent that says something five times a second, for ten seconds."""
    begin = 'after = "call_begin"\nsubtitle = ["Yes."]'
    return script(aicall.home, begin, *['delay_ms = 200\nsubtitle = ["Yes."]'] * 50)


def test_a_reader_that_goes_is_141_without_a_word(aicall: Command) -> None:
    command = ("push-file", "tone:300:60", "--agent-id", _chatty(aicall), "--no-record")
    calls = [aicall.start(*command, *form) for form in FORMS]
    for running in calls:
        running.line()
        running.hang_up()
    for running in calls:
        assert running.process.wait() == ExitStatus.OUTPUT_CLOSED
        assert running.errors == ""


def test_a_reader_that_was_never_there_is_141(aicall: Command, server: Server) -> None:
    running = aicall.start(*SHORT, *server.options)
    running.hang_up()
    assert running.process.wait() == ExitStatus.OUTPUT_CLOSED
    assert running.errors == ""


def test_a_call_needs_no_standard_stream(aicall: Command, server: Server) -> None:
    shown = {"<&-": True, ">&-": False, "2>&-": True}
    command = (*SHORT, *server.options)
    calls = [aicall.start(*command, wrapper=_shell(redirection)) for redirection in shown]
    with_agent = aicall.start(*SHORT, "--agent-id", "echo", wrapper=_shell("<&- >&- 2>&-"))
    for running, is_shown in zip([*calls, with_agent], [*shown.values(), False], strict=True):
        done = running.finish()
        assert (done.status, done.err) == (ExitStatus.OK, "")
        assert ("hung up" in done.out) == is_shown


def test_a_standard_input_that_holds_nothing_is_8(aicall: Command) -> None:
    command = ("push-file", "-", "--agent-id", "echo", "--server", "ws://127.0.0.1:1")
    for running in [aicall.start(*command, wrapper=_shell(it)) for it in ("<&-", "</dev/null")]:
        complaint = running.finish().complaint(ExitStatus.UNREADABLE_INPUT)
        assert "standard input is empty" in complaint


def test_errors_that_nobody_can_read_keep_their_status(aicall: Command) -> None:
    nowhere = ("2>&-", "2>/dev/full", ">/dev/full 2>&1")
    for running in [aicall.start("push-file", "missing.wav", wrapper=_shell(it)) for it in nowhere]:
        done = running.finish()
        assert (done.status, done.out) == (ExitStatus.UNREADABLE_INPUT, "")


def test_a_standard_output_that_is_full_is_told(aicall: Command, server: Server) -> None:
    command = (*SHORT, *server.options)
    for running in [aicall.start(*command, *it, wrapper=_shell(">/dev/full")) for it in FORMS]:
        complaint = running.finish().complaint(ExitStatus.RECORDING)
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
