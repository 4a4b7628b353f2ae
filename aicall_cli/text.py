"""Text that came from a peer, made safe to show on a terminal."""

import unicodedata

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
    directional controls become visible ``\\xNN`` or ``\\uNNNN`` escapes; longer text is
    cut and marked with an ellipsis.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(_safe(character) for character in cut)


def _safe(character: str) -> str:
    if character in "\n\r\t":
        return " "
    if character in _BIDI_CONTROLS or unicodedata.category(character) in _UNSAFE_CATEGORIES:
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return character
