"""A key that types a character, however its character was found."""

import unicodedata
from typing import Final

from aicall_cli.tui.keyboard.key_event import NO_TEXT, KeyEvent, KeyKind, Modifiers
from aicall_cli.tui.keyboard.key_names import CONTROL_KEYS

# Cc: controls. Cs: halves of a pair. Co: private use, where terminals put keys without
# characters. Zl, Zp: a line is what is being typed.
_NO_CHARACTERS: Final = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


def is_printable(character: str) -> bool:
    """Return whether a key may type ``character``."""
    return unicodedata.category(character) not in _NO_CHARACTERS


def character_of(code: int) -> str:
    """Return the character of a code point; empty for one that no key types."""
    if not 0x20 <= code <= 0x10FFFF:
        return ""
    character = chr(code)
    return character if is_printable(character) else ""


def typed(character: str, modifiers: Modifiers = Modifiers.NONE) -> KeyEvent:
    """Return the press of the key that typed a printable ``character``.

    A capital is its small letter with Shift. Whether another character took a Shift depends
    on the layout of the keyboard, which nobody knows here.
    """
    small = small_letter(character)
    if small != character:
        modifiers |= Modifiers.SHIFT
    text = "" if modifiers & NO_TEXT else character
    return KeyEvent(CONTROL_KEYS.get(ord(character), small), modifiers, KeyKind.PRESS, text)


def small_letter(character: str) -> str:
    """Return the character of the key without Shift, as far as one character can say it."""
    small = character.lower()
    return small if len(small) == 1 else character


def capital_letter(character: str) -> str:
    """Return the capital of a letter; of anything else, nothing."""
    capital = character.upper()
    return capital if len(capital) == 1 and capital != character else ""
