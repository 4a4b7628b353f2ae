"""Where the characters of a text, as people see them, begin and end.

A letter with its accents, an emoji with its modifiers and a flag are one. What of Unicode's
grapheme clusters (UAX #29) a line editor meets; not the syllables of decomposed Hangul.
"""

import unicodedata
from itertools import pairwise, takewhile
from typing import Final

_JOINER: Final = "\u200d"
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_TAGS: Final = range(0xE0020, 0xE0080)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)


def first_grapheme_end(text: str) -> int:
    """Return where the first character ends."""
    flag_letters = 0
    for index, (one, other) in enumerate(pairwise(text), 1):
        flag_letters = flag_letters + 1 if _is_flag_letter(one) else 0
        if not _belong_together(one, other, flag_letters):
            return index
    return len(text)


def last_grapheme_begin(text: str) -> int:
    """Return where the last character begins."""
    for index in range(len(text) - 1, 0, -1):
        flag_letters = sum(1 for _ in takewhile(_is_flag_letter, reversed(text[:index])))
        if not _belong_together(text[index - 1], text[index], flag_letters):
            return index
    return 0


def _is_flag_letter(character: str) -> bool:
    return ord(character) in _FLAG_LETTERS


def _belong_together(one: str, other: str, flag_letters: int) -> bool:
    """Return whether ``other`` belongs to ``one``; how many flag letters end with ``one``."""
    if one == _JOINER or other == _JOINER:
        return True
    if _is_flag_letter(one) and _is_flag_letter(other):
        return flag_letters % 2 == 1
    if ord(other) in _SKIN_TONES or ord(other) in _TAGS:
        return True
    return unicodedata.category(other).startswith("M")
