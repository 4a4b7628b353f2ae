"""Text that came from a peer, made safe to show on a terminal."""

import unicodedata
from bisect import bisect_right
from itertools import accumulate

_ELLIPSIS = "…"

# Cc: control characters (escape sequences begin with one). Cs: lone surrogates, which no
# UTF-8 stream can carry. Zl/Zp: line separators that some terminals obey.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Explicit directional overrides and isolates can reorder what stands around the text.
_BIDI_CONTROLS = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
)


def escape(text: str, *, limit: int = 10_000) -> str:
    """Return ``text`` as one harmless line of at most ``limit`` characters.

    Newlines and tabs become spaces; other control characters, lone surrogates and
    directional controls become visible ``\\xNN`` or ``\\uNNNN`` escapes; a longer result is
    cut between two characters of the text and marked with an ellipsis.
    """
    pieces = [_safe(character) for character in text[: limit + 1]]
    if sum(map(len, pieces)) <= limit:
        return "".join(pieces)
    room = limit - len(_ELLIPSIS)
    lengths = list(accumulate(map(len, pieces)))
    return "".join(pieces[: bisect_right(lengths, room)]) + _ELLIPSIS


def _safe(character: str) -> str:
    if character in "\n\r\t":
        return " "
    if character in _BIDI_CONTROLS or unicodedata.category(character) in _UNSAFE_CATEGORIES:
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return character
