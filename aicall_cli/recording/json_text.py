"""JSON text that is readable in any language and harmless on a terminal."""

import json
import re
from typing import Final

# What a terminal or a pager may obey, and what UTF-8 cannot carry: DEL and the C1 controls,
# line separators, directional controls, lone surrogates. json itself escapes the C0 controls.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

DIGITS: Final = 6


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return ``value`` as JSON (RFC 8259) without the characters that harm a terminal.

    Floats are rounded to ``DIGITS`` decimals, of a time microseconds. The characters can only
    stand inside strings, where their ``\\uXXXX`` escape means the same. Raises
    TypeError or ValueError for what JSON cannot say (NaN among it): a mistake of ours.
    """
    text = json.dumps(_rounded(value), ensure_ascii=False, allow_nan=False, indent=indent)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _rounded(value: object) -> object:
    match value:
        case float():
            return round(value, DIGITS)
        case dict():
            return {key: _rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [_rounded(item) for item in value]
    return value
