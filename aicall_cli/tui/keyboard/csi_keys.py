"""What one whole control sequence says: a key, the focus, or an answer of the terminal.

Forms: ``CSI 1;modifiers:event letter``, ``CSI number;modifiers:event ~`` and the Kitty
protocol's ``CSI code:shifted:base;modifiers:event;text u``, of which the other two are the
legacy; ``CSI 27;modifiers;code ~`` is xterm's. Where ``modifiers`` is 1 + the bits, ``event``
is 1 press, 2 repeat, 3 release.
"""

from dataclasses import dataclass
from typing import Final

from aicall_cli.tui.keyboard.character_key import (
    capital_letter,
    character_of,
    small_letter,
    typed,
)
from aicall_cli.tui.keyboard.csi_parameters import Fields, field, read_fields
from aicall_cli.tui.keyboard.key_event import (
    NO_TEXT,
    AttributesAnswered,
    FlagsAnswered,
    FocusChanged,
    KeyEvent,
    KeyKind,
    Modifiers,
    ParsedInput,
)
from aicall_cli.tui.keyboard.key_names import (
    CONTROL_KEYS,
    KITTY_KEYS,
    LETTER_KEYS,
    TILDE_KEYS,
)

_KINDS: Final = {1: KeyKind.PRESS, 2: KeyKind.REPEAT, 3: KeyKind.RELEASE}
_ALL_MODIFIERS: Final = ~Modifiers.NONE
_CAPS_LOCK: Final = 64
_OTHER_KEYS: Final = 27
"""What xterm sends instead of a key's number for a key that has only a character."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What was held with a key, and what happened to it."""

    modifiers: Modifiers
    caps_lock: bool
    kind: KeyKind


def decode_csi(parameters: str, final: str) -> ParsedInput | None:
    """Return what a sequence says; None for one that says nothing about keys."""
    if parameters.startswith("?"):
        return _decode_answer(parameters[1:], final)
    fields = read_fields(parameters)
    if fields is None:
        return None
    if final == "u":
        return _coded_key(fields, field(fields, 0, default=0))
    if final == "~":
        return _tilde_key(fields)
    if final == "Z":
        held = _held(fields)
        return _named("tab", _Held(held.modifiers | Modifiers.SHIFT, False, held.kind))
    if final in ("I", "O") and not parameters:
        return FocusChanged(final == "I")
    if final in LETTER_KEYS and field(fields, 0) == 1:  # or an answer about the cursor
        return _named(LETTER_KEYS[final], _held(fields))
    return None


def _decode_answer(parameters: str, final: str) -> ParsedInput | None:
    if final == "c":
        return AttributesAnswered()
    fields = read_fields(parameters)
    if final == "u" and fields is not None:
        return FlagsAnswered(field(fields, 0, default=0))
    return None


def _tilde_key(fields: Fields) -> KeyEvent | None:
    number = field(fields, 0, default=0)
    if number == _OTHER_KEYS:
        return _coded_key(fields[:2], field(fields, 2, default=0))
    name = TILDE_KEYS.get(number)
    return None if name is None else _named(name, _held(fields))


def _coded_key(fields: Fields, code: int) -> KeyEvent | None:
    held = _held(fields)
    if code in CONTROL_KEYS and code != ord(" "):
        return _named(CONTROL_KEYS[code], held)
    character = KITTY_KEYS.get(code) or character_of(code)
    if len(character) > 1:
        return _named(character, held)
    if not character:
        return _text_without_key(fields)
    key = small_letter(character)
    modifiers = held.modifiers | (Modifiers.NONE if key == character else Modifiers.SHIFT)
    text = "" if held.kind is KeyKind.RELEASE else _text(fields, key, modifiers, held.caps_lock)
    return KeyEvent(CONTROL_KEYS.get(ord(key), key), modifiers, held.kind, text)


def _text_without_key(fields: Fields) -> KeyEvent | None:
    """Return what an input method typed, which is no key's character."""
    text = _said_text(fields)
    if len(text) == 1:
        return typed(text)
    return KeyEvent("", text=text) if text else None


def _text(fields: Fields, key: str, modifiers: Modifiers, caps_lock: bool) -> str:
    if said := _said_text(fields):
        return said
    if modifiers & NO_TEXT:
        return ""
    if key == " ":
        return key
    capital = capital_letter(key)
    if modifiers & Modifiers.SHIFT:
        if shifted := character_of(field(fields, 0, 1, default=0)):
            return shifted
        return key if capital and caps_lock else capital
    return capital if capital and caps_lock else key


def _said_text(fields: Fields) -> str:
    if len(fields) < 3:
        return ""
    return "".join(character_of(code) for code in fields[2] if code is not None)


def _held(fields: Fields) -> _Held:
    bits = max(field(fields, 1) - 1, 0)
    return _Held(
        modifiers=Modifiers(bits & _ALL_MODIFIERS.value),
        caps_lock=bool(bits & _CAPS_LOCK),
        kind=_KINDS.get(field(fields, 1, 1), KeyKind.PRESS),
    )


def _named(name: str, held: _Held) -> KeyEvent:
    return KeyEvent(name, held.modifiers, held.kind)
