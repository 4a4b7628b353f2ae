"""Keys as the console of Windows records them.

The same record comes from the console itself (``KEY_EVENT_RECORD``) and from terminals in
win32-input-mode, as ``CSI Vk;Sc;Uc;Kd;Cs;Rc _`` (Microsoft Terminal's specification #4999).
"""

from dataclasses import dataclass
from typing import Final

from aicall_cli.tui.keyboard.character_key import character_of, small_letter, typed
from aicall_cli.tui.keyboard.key_event import NO_TEXT, KeyEvent, KeyKind, Modifiers

MAX_REPEATS: Final = 100
"""Presses that one record may stand for."""

_SHIFT: Final = 0x10
_CTRL: Final = 0x11
_ALT: Final = 0x12
_LAST_VIRTUAL_KEY: Final = 0xFF
_RIGHT_SHIFT_SCAN_CODE: Final = 0x36
_CODED_TEXT: Final = frozenset({0x00, 0xE7})
"""Text that no key typed: what a terminal made up, and VK_PACKET of an input method."""

_RIGHT_ALT: Final = 0x01
_LEFT_ALT: Final = 0x02
_RIGHT_CTRL: Final = 0x04
_LEFT_CTRL: Final = 0x08
_SHIFT_HELD: Final = 0x10
_ENHANCED: Final = 0x100

_NAMES: Final = {
    0x08: "backspace",
    0x09: "tab",
    0x0C: "begin",
    0x0D: "enter",
    0x13: "pause",
    0x14: "caps_lock",
    0x1B: "escape",
    0x20: "space",
    0x21: "page_up",
    0x22: "page_down",
    0x23: "end",
    0x24: "home",
    0x25: "left",
    0x26: "up",
    0x27: "right",
    0x28: "down",
    0x2C: "print_screen",
    0x2D: "insert",
    0x2E: "delete",
    0x5B: "left_super",
    0x5C: "right_super",
    0x5D: "menu",
    0x90: "num_lock",
    0x91: "scroll_lock",
    0xA0: "left_shift",
    0xA1: "right_shift",
    0xA2: "left_ctrl",
    0xA3: "right_ctrl",
    0xA4: "left_alt",
    0xA5: "right_alt",
    **{0x70 + number: f"f{1 + number}" for number in range(24)},
    **{0x30 + number: str(number) for number in range(10)},
    **{0x41 + number: chr(ord("a") + number) for number in range(26)},
    **{0x60 + number: str(number) for number in range(10)},
    **dict(zip(range(0x6A, 0x70), "*+,-./", strict=True)),
}
"""By virtual key; a character of its own has every letter and digit, whatever the layout."""


@dataclass(frozen=True, slots=True)
class Win32Record:
    """One ``KEY_EVENT_RECORD``; ``unit`` is a UTF-16 code unit, 0 where nothing is typed."""

    virtual_key: int = 0
    scan_code: int = 0
    unit: int = 0
    down: bool = False
    control_state: int = 0
    repeats: int = 1


class Win32Keys:
    """Turns records into keys; knows which keys are down, so that it tells repeats."""

    def __init__(self) -> None:
        self._down: dict[int, str] = {}
        self._high_surrogate = 0

    def decode(self, record: Win32Record) -> list[KeyEvent]:
        """Return what a record says: nothing, or a key as often as it repeats."""
        if record.virtual_key > _LAST_VIRTUAL_KEY:
            return []
        text = self._character(record)
        if record.virtual_key in _CODED_TEXT or (record.virtual_key == _ALT and not record.down):
            return self._let_go(record) + ([typed(text)] if text else [])
        if not record.down:
            return self._let_go(record)
        return self._press(record, text)

    def _press(self, record: Win32Record, text: str) -> list[KeyEvent]:
        modifiers = _modifiers(record.control_state)
        if text and Modifiers.CTRL in modifiers and Modifiers.ALT in modifiers:
            modifiers &= ~(Modifiers.CTRL | Modifiers.ALT)  # AltGr
        key = _name(record) or small_letter(text)
        if not key:  # a dead key, or one of a keyboard that nobody has
            return []
        text = "" if modifiers & NO_TEXT else text
        held = record.virtual_key in self._down
        self._down[record.virtual_key] = key
        first = KeyEvent(key, modifiers, KeyKind.REPEAT if held else KeyKind.PRESS, text)
        again = KeyEvent(key, modifiers, KeyKind.REPEAT, text)
        return [first, *[again] * (min(record.repeats, MAX_REPEATS) - 1)]

    def _let_go(self, record: Win32Record) -> list[KeyEvent]:
        key = self._down.pop(record.virtual_key, "") or _name(record)
        if record.down or not key:
            return []
        return [KeyEvent(key, _modifiers(record.control_state), KeyKind.RELEASE)]

    def _character(self, record: Win32Record) -> str:
        """Return the character that is complete with this record."""
        if not record.down and record.virtual_key != _ALT:
            return ""
        high, self._high_surrogate = self._high_surrogate, 0
        unit = record.unit
        if 0xD800 <= unit < 0xDC00:
            self._high_surrogate = unit
            return ""
        if 0xDC00 <= unit < 0xE000:
            return character_of(0x10000 + (high - 0xD800 << 10) + unit - 0xDC00) if high else ""
        return character_of(unit)


def _name(record: Win32Record) -> str:
    side = "right" if record.control_state & _ENHANCED else "left"
    if record.virtual_key == _SHIFT:
        right = record.scan_code == _RIGHT_SHIFT_SCAN_CODE
        return "right_shift" if right else "left_shift"
    if record.virtual_key == _CTRL:
        return f"{side}_ctrl"
    if record.virtual_key == _ALT:
        return f"{side}_alt"
    return _NAMES.get(record.virtual_key, "")


def _modifiers(state: int) -> Modifiers:
    modifiers = Modifiers.NONE
    if state & _SHIFT_HELD:
        modifiers |= Modifiers.SHIFT
    if state & (_LEFT_ALT | _RIGHT_ALT):
        modifiers |= Modifiers.ALT
    if state & (_LEFT_CTRL | _RIGHT_CTRL):
        modifiers |= Modifiers.CTRL
    return modifiers
