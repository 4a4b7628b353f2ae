"""The settings file: where it is, and what it says as plain TOML."""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs

from aicall_cli.errors import UsageError

VARIABLE: Final = "AICALL_CONFIG"
NAME: Final = "config.toml"
MAX_BYTES: Final = 1024 * 1024
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_HINT: Final = "correct it there; a text stands in quotes, a table's name in brackets"


def settings_path(variables: Mapping[str, str]) -> Path:
    """Return ``AICALL_CONFIG``, or the platform's place for settings; it need not exist."""
    if chosen := variables.get(VARIABLE):
        return Path(chosen).expanduser()
    return platformdirs.user_config_path("aicall", appauthor=False) / NAME


def read_settings_text(path: Path) -> str:
    """Return what the file holds, nothing where there is no file; raise UsageError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"the settings {path} cannot be read ({error.strerror})") from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"the settings {path} are larger than {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8-sig")  # an editor may put a byte order mark before it
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the settings {path} are not UTF-8 text in line {line}"
        raise UsageError(message, hint="save it as UTF-8") from None


def parse_settings(text: str, path: Path) -> dict[str, Any]:
    """Return the entries of ``text``; raise UsageError with the line that is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Its reasons name characters and keys, never a value: that may be a secret.
        reason, line = _reason(str(error), text)
        message = f"the settings {path} are not TOML in line {line}: {reason}"
        raise UsageError(message, hint=_HINT) from None
    except RecursionError:
        raise UsageError(f"the settings {path} are nested too deeply") from None


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


def _reason(message: str, text: str) -> tuple[str, int]:
    """Part tomllib's message, which ends in ``(at line 3, column 9)`` or ``(at end …)``."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message)
    if found is None:
        return message, 1
    reason = found[1][:1].lower() + found[1][1:]
    return reason, int(found[2]) if found[2] else text.rstrip("\n").count("\n") + 1
