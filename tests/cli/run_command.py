"""Runs ``aicall`` in this process, with an environment of its own."""

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.main import main


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: its status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


class Runner:
    """Runs commands whose settings are ``file`` in a folder of their own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.file = folder / "settings" / "config.toml"
        self._monkeypatch = monkeypatch

    def write(self, text: str) -> None:
        """Let the settings file hold ``text``."""
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(text, encoding="utf-8")

    def __call__(
        self,
        *arguments: str,
        stdin: str | io.StringIO = "",
        variables: Mapping[str, str] | None = None,
    ) -> Done:
        out, err = io.StringIO(), io.StringIO()
        environment = Environment(
            stdout=out,
            stderr=err,
            variables={"AICALL_CONFIG": str(self.file), **(variables or {})},
            folder=self.folder,
        )
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(stdin) if isinstance(stdin, str) else stdin)
            return Done(main(arguments, environment), out.getvalue(), err.getvalue())
