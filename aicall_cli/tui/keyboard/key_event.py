"""What a keyboard says, whatever the protocol in which the terminal says it.

A key is named by its character without Shift (``p``, ``/``, ``é``) or, where it has none, by
a word (``space``, ``enter``, ``page_up``, ``f5``, ``left_shift``). The keys of the keypad
have the names of the others: what is printed on them is what is meant. What an input method
types belongs to no key: its name is empty.
"""

from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Final, TypeAlias


class KeyKind(Enum):
    """What happened to the key. Most terminals report presses only, and repeats as presses."""

    PRESS = auto()
    REPEAT = auto()
    RELEASE = auto()


class Modifiers(Flag):
    """The keys held with another, by the bits of the Kitty protocol; no locks among them."""

    NONE = 0
    SHIFT = 1
    ALT = 2
    CTRL = 4
    SUPER = 8
    HYPER = 16
    META = 32


NO_TEXT: Final = ~Modifiers.SHIFT
"""Held with one of these, a key is a command and types nothing."""


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """One key was pressed, repeats, or was let go."""

    key: str
    modifiers: Modifiers = Modifiers.NONE
    kind: KeyKind = KeyKind.PRESS
    text: str = ""
    """What it types; empty for a release and where the terminal does not say."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text came from the clipboard, not from the keys."""

    text: str


@dataclass(frozen=True, slots=True)
class FocusChanged:
    """The terminal's window has now the keyboard's focus, or has lost it."""

    focused: bool


@dataclass(frozen=True, slots=True)
class ReleasesReported:
    """It is now known whether the terminal reports that a key was let go."""

    reported: bool


@dataclass(frozen=True, slots=True)
class KeyboardClosed:
    """The terminal is gone; no key will come any more."""


KeyboardInput: TypeAlias = KeyEvent | Pasted | FocusChanged | ReleasesReported | KeyboardClosed
"""What a reader of the keyboard hands on."""


@dataclass(frozen=True, slots=True)
class FlagsAnswered:
    """The terminal's answer to ``CSI ? u``: the flags of the Kitty protocol that are set."""

    flags: int


@dataclass(frozen=True, slots=True)
class AttributesAnswered:
    """The terminal's answer to ``CSI c``, which every terminal gives."""


ParsedInput: TypeAlias = KeyEvent | Pasted | FocusChanged | FlagsAnswered | AttributesAnswered
"""What the bytes of a terminal say."""
