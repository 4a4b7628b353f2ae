"""The settings file: where it is, and what it says as plain TOML."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs

from aicall_cli.control.text_file import parse_toml, read_text

VARIABLE: Final = "AICALL_CONFIG"
NAME: Final = "config.toml"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def settings_path(variables: Mapping[str, str]) -> Path:
    """Return ``AICALL_CONFIG``, or the platform's place for settings; it need not exist."""
    if chosen := variables.get(VARIABLE):
        return Path(chosen).expanduser()
    return platformdirs.user_config_path("aicall", appauthor=False) / NAME


def read_settings_text(path: Path) -> str:
    """Return what the file holds, nothing where there is no file; raise UsageError."""
    try:
        return read_text(path, f"the settings {path}")
    except FileNotFoundError:
        return ""


def parse_settings(text: str, path: Path) -> dict[str, Any]:
    """Return the entries of ``text``; raise UsageError with the line that is no TOML."""
    return parse_toml(text, f"the settings {path}")


def read_settings(path: Path) -> dict[str, Any]:
    """Return the entries of the file, none where there is no file; raise UsageError."""
    return parse_settings(read_settings_text(path), path)


def others_can_read(path: Path) -> bool:
    """Whether anybody but its owner has a right to the file, where files have such rights."""
    if os.name != "posix":
        return False
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False
