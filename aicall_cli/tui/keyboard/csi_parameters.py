"""The numbers of a control sequence: fields apart by semicolons, parts of one by colons."""

from collections.abc import Sequence
from typing import Final, TypeAlias

Fields: TypeAlias = Sequence[Sequence[int | None]]
"""Each field as its parts; None for a part that was left out."""

_MAX_DIGITS: Final = 7
"""The last code point of Unicode has seven."""


def read_fields(parameters: str) -> Fields | None:
    """Return the numbers of ``parameters``; None where something else is between them."""
    fields = [[_number(part) for part in field.split(":")] for field in parameters.split(";")]
    return None if any(-1 in field for field in fields) else fields


def field(fields: Fields, index: int, part: int = 0, default: int = 1) -> int:
    """Return one number, or ``default`` where it was left out."""
    if index >= len(fields) or part >= len(fields[index]):
        return default
    number = fields[index][part]
    return default if number is None else number


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > _MAX_DIGITS:
        return -1
    return int(text)
