"""The parameters of one operation, read one by one: each is text, as a query has it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from aicall_cli.agent.control_error import invalid, missing, refusing
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.protocol.json_object import JsonObject, parse_object

_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


class Parameters:
    """Reads parameters; raises ControlError for what is missing or cannot be used."""

    def __init__(self, said: Mapping[str, str]) -> None:
        self._said = said

    def required(self, name: str, limit: int = MAX_ID) -> str:
        """Return a text of 1 to ``limit`` characters."""
        value = self.text(name, limit)
        if not value.strip():
            raise missing(name)
        return value

    def text(self, name: str, limit: int = MAX_ID) -> str:
        """Return a text of at most ``limit`` characters, empty when it is not there."""
        value = self._said.get(name, "")
        if len(value) > limit:
            raise invalid(name, f"has {len(value)} characters; at most {limit} can be")
        return value

    def integer(self, name: str, default: int | None, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``; without a default it is required."""
        value = self.text(name)
        if not value:
            if default is None:
                raise missing(name)
            return default
        if not (value.isascii() and value.isdecimal() and low <= int(value) <= high):
            raise invalid(name, f"is no whole number from {low} to {high}")
        return int(value)

    def truth(self, name: str, default: bool) -> bool:
        """Return ``true`` or ``false``."""
        value = self.text(name).lower()
        if value and value not in _TRUTH:
            raise invalid(name, "is neither true nor false")
        return _TRUTH.get(value, default)

    def parsed(self, name: str, limit: int) -> JsonObject:
        """Return a JSON object of at most ``limit`` characters, which is required."""
        with refusing(name):
            return parse_object(self.required(name, limit), name=name, limit=4 * limit)

    def time(self, name: str, default: float) -> float:
        """Return a time as ``2026-01-31T12:00:00Z``, in seconds of Unix time."""
        value = self.text(name)
        if not value:
            return default
        try:
            return datetime.strptime(value, _TIME).replace(tzinfo=UTC).timestamp()
        except ValueError:
            raise invalid(name, "is no time as 2026-01-31T12:00:00Z") from None
