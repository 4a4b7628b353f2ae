"""The real command in a process of its own, with a home of its own, which leaves nothing."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, cast

import psutil

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "recordings" / "samples"
GO_FORWARD = SAMPLES / "goforward.wav"
"""2.8 s of speech; 1.9 s of them are the words."""

AICALL = (sys.executable, "-m", "aicall_cli")
_MARK = "AICALL_TEST_RUN"
_END_SECONDS = 10.0
"""How long processes that were told to end may still be there."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command that has ended left: its status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The JSON objects of ``--json``, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def recording(self) -> Path:
        """The folder of the recording that the summary names."""
        return Path(self.summary["recording"])

    @property
    def summary(self) -> dict[str, Any]:
        """The last JSON object."""
        return self.records[-1]

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the JSON objects of one event."""
        return [record for record in self.records if record["event"] == name]

    def complaint(self, status: int) -> str:
        """Return the one sentence and its hint that standard error holds beside ``status``."""
        lines = self.err.splitlines()
        assert self.status == status, self
        assert 1 <= len(lines) <= 2, self
        assert lines[0].startswith("aicall: "), self
        assert all(line.startswith("  ") for line in lines[1:]), self
        assert not lines[0].startswith("aicall: internal error"), self
        return "\n".join(line.strip() for line in lines)


class Running:
    """A command that was started. Whoever starts it finishes or kills it."""

    def __init__(self, process: subprocess.Popen[str], errors: Path, mark: str) -> None:
        self.process = process
        self._errors = errors
        self._mark = mark
        self._lines: list[str] = []

    @property
    def stdin(self) -> BinaryIO:
        """The pipe into the command, where it was started with one."""
        assert isinstance(self.process.stdin, TextIOWrapper)
        return cast(BinaryIO, self.process.stdin.buffer)

    @property
    def errors(self) -> str:
        """What standard error holds so far."""
        return self._errors.read_text(encoding="utf-8", errors="backslashreplace")

    @property
    def agent(self) -> psutil.Process:
        """The process of the built-in agent that the command started."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if "--child" in child.cmdline())

    def line(self) -> str:
        """Wait for the next line of standard output and return it."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the command has ended: {self.finish()}"
        self._lines.append(line)
        return line

    def event(self, name: str) -> dict[str, Any]:
        """Wait for the next JSON object of this event and return it."""
        while True:
            record: dict[str, Any] = json.loads(self.line())
            if record["event"] == name:
                return record

    def call(self) -> None:
        """Wait until the call, which prints JSON, is connected."""
        while self.event("call_state_changed")["state"] != "connected":
            pass

    def hang_up(self) -> None:
        """Close standard output as a reader that has read enough does."""
        assert self.process.stdout is not None
        self.process.stdout.close()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the command alone."""
        self.process.send_signal(number)

    def finish(self) -> Finished:
        """Wait for the end; nothing that the command started may be there after it."""
        assert self.process.stdout is not None
        rest = self.process.stdout.read()
        status = self.process.wait()
        self.close()
        _, left = psutil.wait_procs(self._started(), _END_SECONDS)
        assert not left, [process.cmdline() for process in left]
        return Finished(status, "".join(self._lines) + rest, self.errors)

    def kill(self) -> None:
        """End the command and all that it started, at once."""
        for process in (psutil.Process(self.process.pid), *self._started()):
            process.kill()
        self.process.wait()
        self.close()

    def close(self) -> None:
        """Give the pipes back."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _started(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            ours = bool(process.environ().get(_MARK) == self._mark)
            return ours and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


class Command:
    """Starts ``aicall`` in a folder of its own, which is also its home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.recordings = home / "kept"
        self._started: list[Running] = []

    @property
    def recording(self) -> Path:
        """The folder of the only recording."""
        (folder,) = self.recordings.iterdir()
        return folder

    @property
    def recorded_nothing(self) -> bool:
        """Whether there is no recording, not even a part of one."""
        return not self.recordings.exists() or not list(self.recordings.iterdir())

    def run(
        self,
        *arguments: str | Path,
        variables: Mapping[str, str] | None = None,
        wrapper: Sequence[str] = (),
    ) -> Finished:
        """Run the command to its end, without a standard input."""
        return self.start(*arguments, variables=variables, wrapper=wrapper).finish()

    def start(
        self,
        *arguments: str | Path,
        stdin: int = subprocess.DEVNULL,
        variables: Mapping[str, str] | None = None,
        wrapper: Sequence[str] = (),
    ) -> Running:
        """Start the command; ``wrapper`` is a command line that ends by running it.

        A test that starts several at once takes less time than one that runs them in turn.
        """
        mark = secrets.token_hex(8)
        errors = self.home / f"stderr-{mark}"
        with errors.open("wb") as stderr:
            process = subprocess.Popen(
                [*wrapper, *AICALL, *map(str, arguments)],
                cwd=self.home,
                env={**self.variables(), **(variables or {}), _MARK: mark},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
        running = Running(process, errors, mark)
        self._started.append(running)
        return running

    def variables(self) -> dict[str, str]:
        """Return a plain environment: nothing of the machine's but what it needs to run."""
        kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "VIRTUAL_ENV")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            # What Python would only mention to a developer stands on standard error.
            "PYTHONWARNINGS": "default",
            "AICALL_RECORD_DIR": str(self.recordings),
        }

    def close(self) -> None:
        """Kill whatever a failed test left running."""
        for running in self._started:
            if running.process.poll() is None:
                running.kill()
            running.close()
