"""A table of a TOML file, read entry by entry; whatever is wrong in it is a UsageError."""

from collections.abc import Mapping
from typing import Any, Final

from aicall_cli.engine.limits import MAX_TEXT
from aicall_cli.errors import UsageError

_MAX_TEXTS: Final = 1000


class TomlTable:
    """Entries that are taken one by one; what nobody takes is refused by ``finish``."""

    def __init__(self, entries: Any, name: str) -> None:
        if not isinstance(entries, Mapping):
            raise UsageError(f"{name} is not a table")
        self._left = dict(entries)
        self.name = name

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, kind: type, default: Any) -> Any:
        """Take an entry of type ``kind``; a bool is no number here."""
        value = self._left.pop(key, default)
        if value is default:
            return value
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"is not of type {kind.__name__}")
        return value

    def number(self, key: str, default: float | None, low: float, high: float) -> float:
        """Take a number from ``low`` to ``high``."""
        value = self._left.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(key, "is not a number")
        if not low <= value <= high:
            raise self.wrong(key, f"is {value:g}; it must be from {low:g} to {high:g}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that a message can carry."""
        value: str = self.take(key, str, default)
        if len(value) > MAX_TEXT:
            raise self.wrong(key, f"has {len(value)} characters; at most {MAX_TEXT} can be")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; a single text is a list of one."""
        value = self._left.pop(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
            raise self.wrong(key, "is not a list of texts")
        if len(values) > _MAX_TEXTS or any(len(text) > MAX_TEXT for text in values):
            raise self.wrong(key, "is too long")
        return tuple(values)

    def truth(self, key: str) -> None:
        """Take an entry that can only be true."""
        if self._left.pop(key) is not True:
            raise self.wrong(key, "can only be true")

    def finish(self) -> None:
        """Refuse what nobody took."""
        if self._left:
            unknown = ", ".join(sorted(map(str, self._left)))
            raise UsageError(f"{self.name} has no use for {unknown}")

    def wrong(self, key: str, what: str) -> UsageError:
        """Return the error that entry ``key`` is what it must not be."""
        return UsageError(f"{self.name}: {key} {what}")
