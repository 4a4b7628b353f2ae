"""Bytes of a terminal's keyboard become keys; any bytes, in any pieces.

Escape is a key and also the first byte of every sequence: alone at the end of a read it is
a key only once ``ESCAPE_SECONDS`` have passed. Whoever feeds the parser calls ``expire`` at
its ``deadline``.
"""

import re
from typing import Final

from aicall_cli.tui.keyboard.character_key import is_printable, typed
from aicall_cli.tui.keyboard.csi_keys import decode_csi
from aicall_cli.tui.keyboard.csi_parameters import field, read_fields
from aicall_cli.tui.keyboard.key_event import (
    FocusChanged,
    KeyEvent,
    KeyKind,
    Modifiers,
    ParsedInput,
    Pasted,
)
from aicall_cli.tui.keyboard.key_names import CONTROL_KEYS, KEYPAD_KEYS, LETTER_KEYS
from aicall_cli.tui.keyboard.win32_key import Win32Keys, Win32Record

ESCAPE_SECONDS: Final = 0.05
"""How long after Escape, or Alt with the first key of a sequence, the rest may still come."""
SEQUENCE_SECONDS: Final = 1.0
"""How long after its last byte a sequence may still be completed; then it is forgotten."""
PASTE_SECONDS: Final = 2.0
"""How long a paste may pause; then it is taken as it is."""
MAX_SEQUENCE: Final = 256
"""Bytes of a control sequence."""
MAX_STRING: Final = 4096
"""Bytes of an answer that is a string (OSC, DCS and their kin)."""
MAX_PASTE: Final = 1 << 16
"""Bytes of a paste that are kept."""

_ESCAPE: Final = 0x1B
_CSI: Final = re.compile(rb"\x1b\[([0-?]*)([ -/]*)([@-~])")
_CSI_BEGUN: Final = re.compile(rb"\x1b\[[0-?]*[ -/]*")
_CSI_REST: Final = re.compile(rb"[@-~\x18\x1a]|(?=[^ -?])")
"""Where a damaged sequence ends: as any does, or before a byte that no sequence has."""
_STRING_END: Final = re.compile(rb"\x07|\x1b\\|[\x18\x1a]")
_STRING_BEGINS: Final = frozenset(b"P]^_X")
_LINUX_FUNCTION_KEYS: Final = dict(zip(b"ABCDE", ("f1", "f2", "f3", "f4", "f5"), strict=True))
_X10_MOUSE: Final = b"\x1b[M"
_X10_MOUSE_BYTES: Final = 6
_PASTE_END: Final = b"\x1b[201~"


class KeyParser:
    """Takes bytes as they arrive and returns what they say; bounded in all it keeps.

    ``ignored`` counts the sequences and bytes that said nothing: unknown, damaged, too long.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._paste: bytearray | None = None
        self._skip: re.Pattern[bytes] | None = None
        self._last = 0.0
        self._win32 = Win32Keys()
        self.ignored = 0
        self.releases_seen = False
        """Whether a key was let go, or came in a form that will say so."""

    @property
    def deadline(self) -> float | None:
        """When to call ``expire``; None where nothing is unfinished. Seconds, as ``now``."""
        if self._paste is not None:
            return self._last + PASTE_SECONDS
        if self._skip is not None:
            return self._last + SEQUENCE_SECONDS
        if not self._buffer:
            return None
        return self._last + (ESCAPE_SECONDS if self._is_short else SEQUENCE_SECONDS)

    def feed(self, data: bytes, now: float) -> list[ParsedInput]:
        """Take the bytes of one read and return what is complete with them."""
        self._buffer += data
        self._last = now
        said: list[ParsedInput] = []
        while self._buffer and self._step(said):
            pass
        return said

    def expire(self, now: float) -> list[ParsedInput]:
        """Decide what to make of the unfinished, if its deadline has come."""
        if self.deadline is None or now < self.deadline:
            return []
        said: list[ParsedInput] = []
        if self._paste is not None:
            self._end_paste(said)
        elif self._skip is None and self._is_short:
            said.append(_lone_escape(bytes(self._buffer)))
        else:
            self.ignored += 1
        self._buffer.clear()
        self._skip = None
        return said

    def forget_held(self) -> None:
        """Take no key to be down: the terminal may not say when it is let go."""
        self._win32 = Win32Keys()

    @property
    def _is_short(self) -> bool:
        """Whether what is unfinished may also be Escape, or a key with Alt."""
        return self._buffer[0] == _ESCAPE and (
            len(self._buffer) == 1 or (len(self._buffer) == 2 and self._buffer[1] < 0x80)
        )

    def _step(self, said: list[ParsedInput]) -> bool:
        """Take the first item off the buffer; return False when more bytes are needed."""
        if self._paste is not None:
            return self._step_paste(self._paste, said)
        if self._skip is not None:
            return self._step_skip(self._skip)
        if self._buffer[0] != _ESCAPE:
            return self._step_character(0, said)
        if len(self._buffer) == 1:
            return False
        match self._buffer[1]:
            case 0x5B:  # [
                return self._step_csi(said)
            case 0x4F:  # O
                return self._step_ss3(said)
            case second if second in _STRING_BEGINS:
                return self._step_string()
            case second if second == _ESCAPE:
                said.append(KeyEvent("escape"))
                return self._take(1)
            case _:
                return self._step_character(1, said)

    def _take(self, length: int) -> bool:
        del self._buffer[:length]
        return True

    def _ignore(self, length: int, skip: re.Pattern[bytes] | None = None) -> bool:
        self.ignored += 1
        self._skip = skip
        return self._take(length)

    def _step_character(self, start: int, said: list[ParsedInput]) -> bool:
        """Take a character, with Alt where Escape stands before it."""
        alt = Modifiers.ALT if start else Modifiers.NONE
        lead = self._buffer[start]
        if lead < 0x80:
            said.append(_ascii_key(lead, alt))
            return self._take(start + 1)
        length = _utf8_length(lead)
        piece = bytes(self._buffer[start : start + length])
        if len(piece) < length and all(byte & 0xC0 == 0x80 for byte in piece[1:]):
            return False
        try:
            character = piece.decode()
        except UnicodeDecodeError:
            return self._ignore(start + 1)
        if not is_printable(character):
            return self._ignore(start + length)
        said.append(typed(character, alt))
        return self._take(start + length)

    def _step_csi(self, said: list[ParsedInput]) -> bool:
        if self._buffer.startswith(_X10_MOUSE):
            if len(self._buffer) < _X10_MOUSE_BYTES:
                return False
            return self._ignore(_X10_MOUSE_BYTES)
        if self._buffer.startswith(b"\x1b[["):
            return self._step_linux_function_key(said)
        whole = _CSI.match(self._buffer, 0, MAX_SEQUENCE)
        if whole is not None:
            parameters, between, final = (group.decode("ascii") for group in whole.groups())
            self._take(whole.end())
            self._say(parameters, between, final, said)
            return True
        begun = _CSI_BEGUN.match(self._buffer, 0, MAX_SEQUENCE)
        assert begun is not None
        if begun.end() == len(self._buffer) < MAX_SEQUENCE:
            return False
        return self._ignore(begun.end(), skip=_CSI_REST)

    def _step_linux_function_key(self, said: list[ParsedInput]) -> bool:
        if len(self._buffer) < 4:
            return False
        name = _LINUX_FUNCTION_KEYS.get(self._buffer[3])
        if name is None:
            return self._ignore(4 if 0x20 <= self._buffer[3] < 0x7F else 3)
        said.append(KeyEvent(name))
        return self._take(4)

    def _say(self, parameters: str, between: str, final: str, said: list[ParsedInput]) -> None:
        if (parameters, final) == ("200", "~"):
            self._paste = bytearray()
        elif final == "_" and not between:
            self._say_win32(parameters, said)
        elif between or (item := decode_csi(parameters, final)) is None:
            self.ignored += 1
        else:
            self._note(item)
            said.append(item)

    def _note(self, item: ParsedInput) -> None:
        if isinstance(item, KeyEvent) and item.kind is KeyKind.RELEASE:
            self.releases_seen = True
        elif item == FocusChanged(focused=False):
            self.forget_held()

    def _say_win32(self, parameters: str, said: list[ParsedInput]) -> None:
        fields = read_fields(parameters)
        if fields is None:
            self.ignored += 1
            return
        self.releases_seen = True
        virtual_key, scan_code, unit, down, state = (
            field(fields, index, default=0) for index in range(5)
        )
        repeats = field(fields, 5, default=1)
        record = Win32Record(virtual_key, scan_code, unit, down != 0, state, repeats)
        said += self._win32.decode(record)

    def _step_ss3(self, said: list[ParsedInput]) -> bool:
        if len(self._buffer) < 3:
            return False
        letter = chr(self._buffer[2])
        if letter in LETTER_KEYS:
            said.append(KeyEvent(LETTER_KEYS[letter]))
        elif (key := KEYPAD_KEYS.get(letter)) is not None:
            said.append(KeyEvent(key) if len(key) > 1 else typed(key))
        else:
            said.append(typed("O", Modifiers.ALT))
            return self._take(2)
        return self._take(3)

    def _step_string(self) -> bool:
        """Pass over an answer that nobody here asked for."""
        end = _STRING_END.search(self._buffer, 2, MAX_STRING)
        if end is not None:
            return self._ignore(end.end())
        if len(self._buffer) < MAX_STRING:
            return False
        return self._ignore(MAX_STRING - 1, skip=_STRING_END)  # its last byte may be Escape

    def _step_skip(self, until: re.Pattern[bytes]) -> bool:
        end = until.search(self._buffer)
        if end is not None:
            self._skip = None
            return self._take(end.end())
        self._take(max(len(self._buffer) - 1, 0) if until is _STRING_END else len(self._buffer))
        return False

    def _step_paste(self, paste: bytearray, said: list[ParsedInput]) -> bool:
        end = self._buffer.find(_PASTE_END)
        # Its end may be cut in two; what is before that is text for sure.
        sure = end if end >= 0 else max(len(self._buffer) - len(_PASTE_END) + 1, 0)
        paste += self._buffer[: min(sure, MAX_PASTE - len(paste))]
        self._take(sure)
        if end < 0:
            return False
        self._take(len(_PASTE_END))
        self._end_paste(said)
        return True

    def _end_paste(self, said: list[ParsedInput]) -> None:
        assert self._paste is not None
        said.append(Pasted(self._paste.decode(errors="ignore")))
        self._paste = None


def _lone_escape(unfinished: bytes) -> KeyEvent:
    if len(unfinished) == 1:
        return KeyEvent("escape")
    return _ascii_key(unfinished[1], Modifiers.ALT)


def _ascii_key(byte: int, modifiers: Modifiers) -> KeyEvent:
    if byte in CONTROL_KEYS and byte != ord(" "):
        return KeyEvent(CONTROL_KEYS[byte], modifiers)
    if byte == 0:
        return KeyEvent("space", modifiers | Modifiers.CTRL)
    if byte < 0x20:
        return KeyEvent(chr(byte | 0x40).lower(), modifiers | Modifiers.CTRL)
    return typed(chr(byte), modifiers)


def _utf8_length(lead: int) -> int:
    """Return how many bytes a character with this first byte has; 1 where it has none."""
    if 0xC2 <= lead < 0xE0:
        return 2
    if 0xE0 <= lead < 0xF0:
        return 3
    return 4 if 0xF0 <= lead < 0xF5 else 1
