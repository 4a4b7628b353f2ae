"""Real signals to real processes: small programs instead of a call."""

import asyncio
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aicall_cli.cli.signals import ended_by_signal, run_until_signal, signal_status

_PROGRAM = """
import asyncio, sys
from aicall_cli.cli.signals import run_until_signal

def say(text):
    print(text, flush=True)

async def main():
{body}

sys.exit(run_until_signal(main))
"""
# Says what happens to it: the block, its cleaning up, and what comes after that.
_PATIENT = """
try:
    say("running")
    await asyncio.sleep(60)
finally:
    try:
        say("cleaning up")
        await asyncio.sleep({cleaning})
        say("cleaned up")
    finally:
        say("leaving")
        {leaving}
"""
NUMBERS = [
    (number, 128 + number)
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
]


class Program:
    """A program that runs until it is told to end."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []

    def until(self, text: str) -> None:
        """Wait until it says ``text``."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.strip())
            if line.strip() == text:
                return
        pytest.fail(f"it ended and said {self.said}")

    def end(self) -> int:
        """Wait for its end and return its status."""
        assert self.process.stdout is not None
        self.said += self.process.stdout.read().split("\n")[:-1]
        return self.process.wait()


@contextmanager
def running(body: str) -> Iterator[Program]:
    text = _PROGRAM.format(body=textwrap.indent(textwrap.dedent(body), "    "))
    with subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


@pytest.mark.parametrize(("number", "status"), NUMBERS)
def test_the_first_signal_lets_the_command_clean_up(number: int, status: int) -> None:
    with running(_PATIENT.format(cleaning="0.05", leaving="pass")) as program:
        program.until("running")
        program.process.send_signal(number)
        assert program.end() == status
    assert program.said == ["running", "cleaning up", "cleaned up", "leaving"]


def test_the_second_cancels_the_cleaning_up_and_the_first_is_told() -> None:
    with running(_PATIENT.format(cleaning="60", leaving="pass")) as program:
        program.until("running")
        program.process.send_signal(signal.SIGTERM)
        program.until("cleaning up")
        program.process.send_signal(signal.SIGINT)
        assert program.end() == 128 + signal.SIGTERM
    assert program.said == ["running", "cleaning up", "leaving"]


def test_the_third_ends_the_process() -> None:
    with running(_PATIENT.format(cleaning="60", leaving="await asyncio.sleep(60)")) as program:
        program.until("running")
        program.process.send_signal(signal.SIGINT)
        program.until("cleaning up")
        program.process.send_signal(signal.SIGINT)
        program.until("leaving")
        program.process.send_signal(signal.SIGINT)
        assert program.end() == 128 + signal.SIGINT


def test_what_fails_on_the_way_out_changes_nothing() -> None:
    with running(_PATIENT.format(cleaning="0", leaving="raise OSError(5, 'gone')")) as program:
        program.until("running")
        program.process.send_signal(getattr(signal, "SIGHUP", signal.SIGTERM))
        assert program.end() == 128 + getattr(signal, "SIGHUP", signal.SIGTERM)


def test_without_a_signal_its_own_status_and_errors_are_told() -> None:
    async def fail() -> int:
        raise KeyError("a bug")

    async def succeed() -> int:
        return 7

    assert run_until_signal(succeed) == 7
    with pytest.raises(KeyError):
        run_until_signal(fail)


@pytest.mark.parametrize(("status", "ended"), [(0, False), (10, False), (70, False), (130, True)])
def test_a_signals_status_is_known(status: int, ended: bool) -> None:
    assert ended_by_signal(status) is ended


async def test_without_a_signal_there_is_no_status_of_one() -> None:
    assert signal_status() is None


@pytest.mark.parametrize(("number", "status"), NUMBERS)
def test_what_runs_in_the_loop_knows_the_status(number: int, status: int) -> None:
    told: list[int | None] = []

    async def main() -> int:
        try:
            signal.raise_signal(number)
            await asyncio.sleep(60)
        finally:
            told.append(signal_status())
        return 0

    assert run_until_signal(main) == status
    assert told == [status]
