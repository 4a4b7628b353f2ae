"""The fields of one command of a script: read by name and type, or refused with the name."""

import json
import math
from collections.abc import Mapping
from typing import Any

from aicall_cli.errors import ValueRefused


class ControlFields:
    """One JSON object; what it lacks, or holds of another type, raises ValueRefused."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    @classmethod
    def read(cls, line: str) -> "ControlFields":
        """Parse a line."""
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            raise ValueRefused("the line is not JSON") from None
        if not isinstance(fields, dict):
            raise ValueRefused("the line is not a JSON object")
        return cls(fields)

    @property
    def identifier(self) -> int | str | None:
        """The script's own name of the line."""
        identifier = self._fields.get("id")
        if identifier is None or (
            isinstance(identifier, int | str) and not isinstance(identifier, bool)
        ):
            return identifier
        raise ValueRefused("an id is a number or a text")

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text."""
        value = self._fields.get(name, default)
        if not isinstance(value, str):
            raise ValueRefused(f"{name} is missing or not a text")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Return a truth value."""
        value = self._fields.get(name, default)
        if not isinstance(value, bool):
            raise ValueRefused(f"{name} is missing or neither true nor false")
        return value

    def number(self, name: str) -> float:
        """Return a finite number."""
        value = self._fields.get(name)
        # Not math.isfinite, which fails for whole numbers that no float can hold.
        if (
            not isinstance(value, int | float)
            or isinstance(value, bool)
            or not -math.inf < value < math.inf
        ):
            raise ValueRefused(f"{name} is missing or not a number")
        return value

    def whole(self, name: str, default: int | None = None) -> int:
        """Return a whole number."""
        value = self._fields.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueRefused(f"{name} is missing or not a whole number")
        return value

    def object(self, name: str) -> Mapping[str, Any]:
        """Return a JSON object."""
        value = self._fields.get(name)
        if not isinstance(value, dict):
            raise ValueRefused(f"{name} is missing or not a JSON object")
        return value
