"""A line of text that is being typed: the keys of every line editor, no screen, no clock.

The cursor stands between characters as people see them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from aicall_cli.text import escape
from aicall_cli.tui.keyboard.grapheme import first_grapheme_end, last_grapheme_begin
from aicall_cli.tui.keyboard.key_event import KeyEvent, KeyKind, Modifiers

MAX_TEXT: Final = 4000
"""Code points; what is typed or pasted beyond them is dropped."""


class EntryResult(Enum):
    """What a key did to the line."""

    IGNORED = auto()
    """Nothing: it is no key of an editor."""
    EDITED = auto()
    """The text or the cursor may have changed."""
    SUBMITTED = auto()
    """The text is complete."""
    CANCELLED = auto()


@dataclass(frozen=True, slots=True)
class _Line:
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        return self.before + self.after

    def at(self, position: int) -> "_Line":
        text = self.text
        return _Line(text[:position], text[position:])


class TextEntry:
    """A line and its cursor. It holds no character that must not reach a terminal."""

    def __init__(self) -> None:
        self._line = _Line()

    @property
    def text(self) -> str:
        """The line."""
        return self._line.text

    @property
    def cursor(self) -> int:
        """Code points before the cursor."""
        return len(self._line.before)

    def key(self, event: KeyEvent) -> EntryResult:
        """Take a key."""
        if event.kind is KeyKind.RELEASE:
            return EntryResult.IGNORED
        if event.key in ("enter", "escape"):
            return EntryResult.SUBMITTED if event.key == "enter" else EntryResult.CANCELLED
        if event.text:
            self.insert(event.text)
            return EntryResult.EDITED
        edit = _EDITS.get((event.key, event.modifiers & ~Modifiers.SHIFT))
        if edit is None:
            return EntryResult.IGNORED
        self._line = edit(self._line)
        return EntryResult.EDITED

    def insert(self, text: str) -> None:
        """Put ``text``, typed or pasted, before the cursor; lines become one."""
        room = MAX_TEXT - len(self.text)
        clean = (_clean(character) for character in text.replace("\r\n", "\n")[:room])
        self._line = _Line(self._line.before + "".join(clean), self._line.after)

    def clear(self) -> None:
        """Begin a new line."""
        self._line = _Line()


def _clean(character: str) -> str:
    if escape(character) == character:
        return character
    return " " if character.isspace() else ""


def _left(line: _Line) -> _Line:
    return line.at(last_grapheme_begin(line.before))


def _right(line: _Line) -> _Line:
    return line.at(len(line.before) + first_grapheme_end(line.after))


def _home(line: _Line) -> _Line:
    return line.at(0)


def _end(line: _Line) -> _Line:
    return line.at(len(line.text))


def _word_left(line: _Line) -> _Line:
    return line.at(_word_begin(line.before))


def _word_right(line: _Line) -> _Line:
    return line.at(len(line.before) + _word_end(line.after))


def _backspace(line: _Line) -> _Line:
    return _Line(line.before[: last_grapheme_begin(line.before)], line.after)


def _delete(line: _Line) -> _Line:
    return _Line(line.before, line.after[first_grapheme_end(line.after) :])


def _delete_word_left(line: _Line) -> _Line:
    return _Line(line.before[: _word_begin(line.before)], line.after)


def _delete_word_right(line: _Line) -> _Line:
    return _Line(line.before, line.after[_word_end(line.after) :])


def _delete_to_begin(line: _Line) -> _Line:
    return _Line("", line.after)


def _delete_to_end(line: _Line) -> _Line:
    return _Line(line.before, "")


_PLAIN: Final = Modifiers.NONE
_CTRL: Final = Modifiers.CTRL
_ALT: Final = Modifiers.ALT
_EDITS: Final[dict[tuple[str, Modifiers], Callable[[_Line], _Line]]] = {
    ("left", _PLAIN): _left,
    ("b", _CTRL): _left,
    ("right", _PLAIN): _right,
    ("f", _CTRL): _right,
    ("home", _PLAIN): _home,
    ("a", _CTRL): _home,
    ("end", _PLAIN): _end,
    ("e", _CTRL): _end,
    ("left", _CTRL): _word_left,
    ("left", _ALT): _word_left,
    ("b", _ALT): _word_left,
    ("right", _CTRL): _word_right,
    ("right", _ALT): _word_right,
    ("f", _ALT): _word_right,
    ("backspace", _PLAIN): _backspace,
    ("h", _CTRL): _backspace,
    ("delete", _PLAIN): _delete,
    ("d", _CTRL): _delete,
    ("w", _CTRL): _delete_word_left,
    ("backspace", _CTRL): _delete_word_left,
    ("backspace", _ALT): _delete_word_left,
    ("delete", _CTRL): _delete_word_right,
    ("d", _ALT): _delete_word_right,
    ("u", _CTRL): _delete_to_begin,
    ("k", _CTRL): _delete_to_end,
}


def _word_begin(text: str) -> int:
    words = text.rstrip()
    return len(words) - len(words.rsplit(maxsplit=1)[-1]) if words else 0


def _word_end(text: str) -> int:
    spaces = len(text) - len(text.lstrip())
    rest = text[spaces:].split(maxsplit=1)
    return spaces + len(rest[0]) if rest else len(text)
