"""A JSON object from a hostile peer, read field by field.

Everything that can be wrong with it is a ``RemoteProtocolError``: size, encoding, syntax,
depth of nesting, type, range and length. An error quotes our names and the kind of value
found, never the peer's text.
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from aicall_cli.engine.json_value import JSON, json_copy, well_formed
from aicall_cli.engine.limits import MAX_INTEGER, MAX_TEXT
from aicall_cli.errors import RemoteProtocolError

MAX_NUMBER = 1e15
"""The largest number that is read where its meaning sets no bound."""


class JsonObject:
    """One parsed object. A field that is absent or ``null`` takes the default, if there is one."""

    __slots__ = ("_fields", "_name")

    def __init__(self, fields: Mapping[str, Any], name: str) -> None:
        self._fields = fields
        self._name = name

    def keys(self) -> list[str]:
        """Return the names of the fields."""
        return list(self._fields)

    def raw(self, key: str) -> Any:
        """Return the field as parsed, ``None`` when absent."""
        return self._fields.get(key)

    def text(self, key: str, default: str | None = None, *, limit: int = MAX_TEXT) -> str:
        """Return a string of at most ``limit`` characters, lone surrogates replaced."""
        value = self._get(key, default)
        if not isinstance(value, str):
            self._refuse(key, "a string", value)
        if len(value) > limit:
            raise RemoteProtocolError(
                f"{self._name}: {key} has {len(value)} characters, the limit is {limit}"
            )
        return well_formed(value)

    def integer(
        self,
        key: str,
        default: int | None = None,
        *,
        low: int = -MAX_INTEGER,
        high: int = MAX_INTEGER,
    ) -> int:
        """Return an integer from ``low`` to ``high``; true, false and 1.0 are none."""
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self._refuse(key, "an integer", value)
        if not low <= value <= high:
            raise RemoteProtocolError(f"{self._name}: {key} is not between {low} and {high}")
        return value

    def boolean(self, key: str, default: bool | None = None) -> bool:
        """Return a boolean, for which AICallKit's clients also write 0 and 1."""
        value = self._get(key, default)
        if not isinstance(value, int) or value not in (0, 1):
            self._refuse(key, "a boolean", value)
        return value == 1

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        low: float = -MAX_NUMBER,
        high: float = MAX_NUMBER,
    ) -> float:
        """Return a number from ``low`` to ``high``, whole or not; true and false are none."""
        value = self._get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self._refuse(key, "a number", value)
        if not low <= value <= high:
            raise RemoteProtocolError(f"{self._name}: {key} is not between {low} and {high}")
        return float(value)

    def parsed(self, key: str) -> JSON:
        """Return the JSON that a string holds; what is no string is JSON already.

        It is what ``json_copy`` makes of it, of at most ``MAX_TEXT`` characters.
        """
        value = self._fields.get(key)
        if value is None:
            self._refuse(key, "JSON", value)
        if isinstance(value, str):
            value = _parse(self.text(key), f"{self._name}: {key}")
        return self._bounded(value, f"{self._name}: {key}")

    def parsed_object(self, key: str) -> Mapping[str, JSON]:
        """Return the object that a string holds as JSON, or that the field is itself."""
        value = self.parsed(key)
        if not isinstance(value, Mapping):
            self._refuse(key, "an object", value)
        return value

    def parsed_fields(self) -> Mapping[str, JSON]:
        """Return all fields as they are, within the bounds of ``parsed``."""
        value = self._bounded(self._fields, self._name)
        assert isinstance(value, Mapping)
        return value

    def nested(self, key: str) -> "JsonObject":
        """Return a nested object; an absent one is empty."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            self._refuse(key, "an object", value)
        return JsonObject(value, f"{self._name}: {key}")

    def optional(self, key: str) -> "JsonObject | None":
        """Return a nested object; None when it is absent."""
        return None if self._fields.get(key) is None else self.nested(key)

    def items(self, key: str, *, limit: int) -> list[Any]:
        """Return an array of at most ``limit`` items as parsed; an absent one is empty."""
        value = self._get(key, [])
        if not isinstance(value, list):
            self._refuse(key, "an array", value)
        if len(value) > limit:
            raise RemoteProtocolError(
                f"{self._name}: {key} has {len(value)} items, the limit is {limit}"
            )
        return value

    @staticmethod
    def _bounded(value: object, name: str) -> JSON:
        try:
            bounded = json_copy(value)
        except ValueError as error:
            raise RemoteProtocolError(f"{name}: {error}") from None
        if (length := len(dump_json(bounded))) > MAX_TEXT:
            raise RemoteProtocolError(f"{name}: {length} characters, the limit is {MAX_TEXT}")
        return bounded

    def _get(self, key: str, default: object) -> Any:
        value = self._fields.get(key)
        return default if value is None else value

    def _refuse(self, key: str, wanted: str, value: object) -> NoReturn:
        if value is None:
            raise RemoteProtocolError(f"{self._name}: {key} is missing")
        raise RemoteProtocolError(
            f"{self._name}: {key} is not {wanted} but of type {type(value).__name__}"
        )


def parse_object(text: str | bytes, *, name: str, limit: int) -> JsonObject:
    """Parse one UTF-8 JSON object of at most ``limit`` bytes; ``name`` is for its errors."""
    value = _parse(_decoded(text, name, limit), name)
    if not isinstance(value, dict):
        raise RemoteProtocolError(f"{name}: not a JSON object but {type(value).__name__}")
    return JsonObject(value, name)


def dump_object(value: Mapping[str, Any]) -> str:
    """Return ``value`` as one compact line of JSON that UTF-8 can carry."""
    return dump_json(value)


def dump_json(value: object) -> str:
    """Return any value as one compact line of JSON that UTF-8 can carry."""
    return well_formed(
        json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    )


def _decoded(text: str | bytes, name: str, limit: int) -> str:
    # A character is at least one byte: a long string is refused before it is encoded.
    size = len(text)
    if isinstance(text, str) and size <= limit:
        size = len(text.encode("utf-8", "surrogatepass"))
    if size > limit:
        raise RemoteProtocolError(f"{name}: longer than {limit} bytes")
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise RemoteProtocolError(f"{name}: not UTF-8") from None


def _parse(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise RemoteProtocolError(f"{name}: nested too deeply") from None
    except ValueError:  # also an integer of more digits than Python converts
        raise RemoteProtocolError(f"{name}: not valid JSON") from None


def _refuse_constant(constant: str) -> NoReturn:
    # Python reads NaN and Infinity, which JSON does not have (RFC 8259 §6).
    raise ValueError(constant)
