"""JSON as Python has it: what passes through a call without being read by it."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"

MAX_DEPTH: Final = 32
"""How deep a value may be nested; readers and writers of JSON recurse."""

_LOW, _HIGH = -(2**63), 2**64 - 1
_SURROGATES = re.compile("[\ud800-\udfff]")


def json_copy(value: object) -> JSON:
    """Return a copy of ``value`` that any JSON implementation can carry.

    Lone surrogates, which no UTF-8 stream can carry, become U+FFFD. Raises ValueError, which
    says what is wrong but not the value, for anything else that is no JSON: NaN and the
    infinities, integers beyond 64 bits, keys that are no text, other objects, and nesting
    deeper than ``MAX_DEPTH``.
    """
    return _copy(value, MAX_DEPTH)


def well_formed(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 stream can carry, by U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def _copy(value: object, depth: int) -> JSON:
    match value:
        case None | bool():
            return value
        case str():
            return well_formed(value)
        case int() if _LOW <= value <= _HIGH:
            return value
        case float() if math.isfinite(value):
            return value
        case int() | float():
            raise ValueError("a number that JSON cannot carry")
        case Mapping() | list() | tuple() if depth == 0:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        case Mapping():
            return {_key(key): _copy(item, depth - 1) for key, item in value.items()}
        case list() | tuple():
            return [_copy(item, depth - 1) for item in value]
        case _:
            raise ValueError(f"a value of type {type(value).__name__}, which JSON does not have")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"a key of type {type(key).__name__}, not a text")
    return well_formed(key)
