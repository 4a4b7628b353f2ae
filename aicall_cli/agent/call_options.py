"""What a caller may set for its call, read from the options of its ``Join``."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from aicall_cli.engine.limits import MAX_OPTION, MAX_TEXT
from aicall_cli.errors import UsageError
from aicall_cli.protocol.signaling import Option
from aicall_cli.text import escape

_SHOWN: Final = 40
"""Characters of a value that an error repeats."""
_Item = TypeVar("_Item")


class CallOptions:
    """Options by name, taken one by one; what nobody takes is refused by ``finish``."""

    def __init__(self, options: Mapping[str, Option]) -> None:
        self._left = dict(options)

    def flag(self, name: str, default: bool) -> bool:
        """Take a boolean."""
        value = self._left.pop(name, default)
        if not isinstance(value, bool):
            raise UsageError(f"option {name} is true or false, not {_shown(value)}")
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """Take a number from ``low`` to ``high``."""
        value = self._left.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise UsageError(f"option {name} is a number, not {_shown(value)}")
        if not low <= value <= high:
            raise UsageError(f"option {name} is {value:g}; it must be from {low:g} to {high:g}")
        return float(value)

    def text(self, name: str, default: str | None, limit: int = MAX_TEXT) -> str | None:
        """Take a text of at most ``limit`` characters; None when absent without a default."""
        value = self._left.pop(name, default)
        if value is None:
            return None
        if not isinstance(value, str):
            raise UsageError(f"option {name} is a text, not {_shown(value)}")
        if len(value) > limit:
            raise UsageError(f"option {name} has {len(value)} characters; at most {limit} can be")
        return value

    def word(self, name: str, words: Sequence[str]) -> str:
        """Take one of ``words``; the first when absent."""
        value = self.text(name, None)
        if value is None:
            return words[0]
        if value not in words:
            raise UsageError(f"option {name} is {' or '.join(words)}, not {_shown(value)}")
        return value

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """Take at most ``most`` texts, written as a JSON array; none when absent."""
        return self._array(name, str, "texts", most)

    def objects(self, name: str, most: int) -> tuple[dict[str, Any], ...]:
        """Take at most ``most`` objects, written as a JSON array; none when absent."""
        return self._array(name, dict, "objects", most)

    def finish(self) -> None:
        """Raise UsageError when there are options that nobody took."""
        if self._left:
            raise UsageError(f"there is no option {', '.join(sorted(self._left))} here")

    def _array(self, name: str, kind: type[_Item], what: str, most: int) -> tuple[_Item, ...]:
        try:
            items = json.loads(self.text(name, "[]", MAX_OPTION) or "[]")
        except (ValueError, RecursionError):
            items = None
        if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
            raise UsageError(f"option {name} is not a JSON array of {what}")
        if len(items) > most:
            raise UsageError(f"option {name} has {len(items)} {what}; at most {most} can be")
        return tuple(items)


def _shown(value: Option) -> str:
    if isinstance(value, str):
        return f"'{escape(value, limit=_SHOWN)}'"
    return json.dumps(value) if isinstance(value, bool) else f"{value:g}"
