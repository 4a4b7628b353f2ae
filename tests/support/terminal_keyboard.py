"""The keyboard of a terminal: what it sends for a key in each protocol.

A program switches protocols by what it writes; ``TerminalKeyboard`` is told and encodes as a
terminal in that state would. It has nothing of the code under test.
"""

from dataclasses import dataclass, field
from enum import Enum

DISAMBIGUATE, EVENTS, ALL_KEYS = 1, 2, 8
ALL_FLAGS = 31
WIN32_INPUT, BRACKETED_PASTE, FOCUS_EVENTS = 9001, 2004, 1004


class Step(Enum):
    """What a finger does, by the number that Kitty has for it."""

    PRESS = 1
    REPEAT = 2
    RELEASE = 3


@dataclass(frozen=True, slots=True)
class _Key:
    """One key in each protocol."""

    plain: bytes
    kitty: str
    """Number and final letter."""
    virtual_key: int


_NAMED = {
    "space": _Key(b" ", "32u", 0x20),
    "enter": _Key(b"\r", "13u", 0x0D),
    "tab": _Key(b"\t", "9u", 0x09),
    "backspace": _Key(b"\x7f", "127u", 0x08),
    "escape": _Key(b"\x1b", "27u", 0x1B),
    "up": _Key(b"\x1b[A", "1A", 0x26),
    "down": _Key(b"\x1b[B", "1B", 0x28),
    "right": _Key(b"\x1b[C", "1C", 0x27),
    "left": _Key(b"\x1b[D", "1D", 0x25),
    "home": _Key(b"\x1b[H", "1H", 0x24),
    "end": _Key(b"\x1b[F", "1F", 0x23),
    "delete": _Key(b"\x1b[3~", "3~", 0x2E),
    "page_up": _Key(b"\x1b[5~", "5~", 0x21),
    "page_down": _Key(b"\x1b[6~", "6~", 0x22),
    "f1": _Key(b"\x1bOP", "1P", 0x70),
    "f5": _Key(b"\x1b[15~", "15~", 0x74),
}
_TEXT_KEYS_WITHOUT_FLAG_8 = frozenset({"space", "enter", "tab", "backspace"})
_SHIFTED = dict(zip('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./", strict=True))
"""On a keyboard of the United States, the key of each character that takes Shift."""
_OEM_KEYS = dict(zip(";=,-./`[\\]'", [*range(0xBA, 0xC1), *range(0xDB, 0xDF)], strict=True))
_SHIFT, _CTRL = 1, 4
_WIN32_SHIFT, _WIN32_LEFT_CTRL = 0x10, 0x08


@dataclass(slots=True)
class TerminalKeyboard:
    """A keyboard whose terminal understands ``kitty`` flags (0: none of the protocol)."""

    kitty: int = ALL_FLAGS
    win32: bool = False
    modes: set[int] = field(default_factory=set)
    """The private modes that are not as they were in the beginning."""
    alternate: bool = False
    """Whether the alternate screen is shown; it has flags of its own."""
    stacks: dict[bool, list[int]] = field(default_factory=lambda: {False: [], True: []})
    _down: set[str] = field(default_factory=set)

    @property
    def flags(self) -> int:
        """The flags of the Kitty protocol that are set now."""
        stack = self.stacks[self.alternate]
        return stack[-1] if stack else 0

    @property
    def untouched(self) -> bool:
        """Whether nothing is set that was not set in the beginning."""
        return not self.modes and not any(self.stacks.values())

    def kitty_request(self, mark: str, number: int | None) -> bytes:
        """Do what ``CSI mark number u`` says and return the answer."""
        if not self.kitty:
            return b""
        stack = self.stacks[self.alternate]
        if mark == ">":
            stack.append((number or 0) & self.kitty)
        elif mark == "<":
            del stack[max(len(stack) - (1 if number is None else number), 0) :]
        elif mark == "?":
            return f"\x1b[?{self.flags}u".encode()
        return b""

    def key(self, name: str, step: Step = Step.PRESS) -> bytes:
        """Return what the terminal sends; ``name`` as "p", "P", "space" or "ctrl+c"."""
        name, ctrl = name.removeprefix("ctrl+"), name.startswith("ctrl+")
        if self.win32 and WIN32_INPUT in self.modes:
            return _win32(name, ctrl, step)
        if self.kitty and self.flags:
            return self._kitty(name, ctrl, step)
        return b"" if step is Step.RELEASE else _plain(name, ctrl)

    def paste(self, text: str) -> bytes:
        """Return what the terminal sends for text from the clipboard."""
        data = text.replace("\n", "\r").encode()
        return b"\x1b[200~" + data + b"\x1b[201~" if BRACKETED_PASTE in self.modes else data

    def focus(self, focused: bool) -> bytes:
        """Return what the terminal sends when its window gets or loses the focus."""
        if FOCUS_EVENTS not in self.modes:
            return b""
        return b"\x1b[I" if focused else b"\x1b[O"

    def _kitty(self, name: str, ctrl: bool, step: Step) -> bytes:
        typed = name in _TEXT_KEYS_WITHOUT_FLAG_8 or name not in _NAMED
        if not self.flags & ALL_KEYS and typed and not ctrl:
            return b"" if step is Step.RELEASE else _plain(name, ctrl)
        if not self.flags & EVENTS:
            if step is Step.RELEASE:
                return b""
            step = Step.PRESS
        base, shift = _unshifted(name)
        code = _NAMED[name].kitty if name in _NAMED else f"{ord(base)}u"
        bits = 1 + (_SHIFT if shift else 0) + (_CTRL if ctrl else 0)
        modifiers = f"{bits}:{step.value}" if step is not Step.PRESS else f"{bits}"
        if modifiers == "1":
            return f"\x1b[{code.removeprefix('1') if len(code) == 2 else code}".encode()
        return f"\x1b[{code[:-1]};{modifiers}{code[-1]}".encode()


def _plain(name: str, ctrl: bool) -> bytes:
    if ctrl:
        return b"\x00" if name == "space" else bytes([ord(name.upper()) & 0x1F])
    return _NAMED[name].plain if name in _NAMED else name.encode()


def _win32(name: str, ctrl: bool, step: Step) -> bytes:
    base, shift = _unshifted(name)
    plain = _plain(name, ctrl)
    unit = plain[0] if len(plain) == 1 else ord(name) if len(name) == 1 else 0
    virtual_key = (
        _NAMED[name].virtual_key
        if name in _NAMED
        else _OEM_KEYS.get(base) or (ord(base.upper()) if base.isascii() else 0xE7)
    )
    state = (_WIN32_SHIFT if shift else 0) | (_WIN32_LEFT_CTRL if ctrl else 0)
    down = 0 if step is Step.RELEASE else 1
    return f"\x1b[{virtual_key};0;{unit};{down};{state};1_".encode()


def _unshifted(name: str) -> tuple[str, bool]:
    """Return the key of a character, and whether it takes Shift."""
    if len(name) > 1:
        return name, False
    if name in _SHIFTED:
        return _SHIFTED[name], True
    return name.lower(), name.lower() != name
