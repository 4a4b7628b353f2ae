"""The world around one command: streams, terminal, variables, working folder."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:  # it was removed meanwhile; nothing is found there, which is true
        return Path()


@dataclass(slots=True)
class Environment:
    """By default the process's own; tests pass another."""

    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: Path = field(default_factory=_working_folder)
    debug: bool = False
    """Whether an error shows its traceback; set by ``--debug``."""
