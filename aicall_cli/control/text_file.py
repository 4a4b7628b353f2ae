"""Files that a person wrote: read as text and as TOML, and told apart from what is neither.

``name`` is how an error calls what was read, in the plural: "the settings config.toml".
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from aicall_cli.errors import UsageError

MAX_BYTES: Final = 1024 * 1024
_HINT: Final = "correct it there; a text stands in quotes, a table's name in brackets"


def read_text(path: Path, name: str) -> str:
    """Return what the file holds; raise UsageError.

    Raises FileNotFoundError where there is no file: what that means the caller knows.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:  # a path with a null in it is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{name} cannot be read ({reason})") from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} are larger than {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8-sig")  # an editor may put a byte order mark before it
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{name} are not UTF-8 text in line {line}", hint="save it as UTF-8"
        ) from None


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Return the entries of ``text``; raise UsageError with the line that is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Its reasons name characters and keys, never a value: that may be a secret.
        reason, line = _reason(str(error), text)
        raise UsageError(f"{name} are not TOML in line {line}: {reason}", hint=_HINT) from None
    except RecursionError:
        raise UsageError(f"{name} are nested too deeply") from None


def _reason(message: str, text: str) -> tuple[str, int]:
    """Part tomllib's message, which ends in ``(at line 3, column 9)`` or ``(at end …)``."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message)
    if found is None:
        return message, 1
    reason = found[1][:1].lower() + found[1][1:]
    return reason, int(found[2]) if found[2] else text.rstrip("\n").count("\n") + 1
