"""Keys as people write them: ``space``, ``?``, ``P``, ``ctrl+c``, ``shift+page_up``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aicall_cli.errors import UsageError
from aicall_cli.text import escape
from aicall_cli.tui.keyboard.character_key import capital_letter, is_printable, small_letter
from aicall_cli.tui.keyboard.key_event import NO_TEXT, KeyEvent, Modifiers
from aicall_cli.tui.keyboard.key_names import KEY_NAMES

_MODIFIERS: Final = {
    "ctrl": Modifiers.CTRL,
    "control": Modifiers.CTRL,
    "alt": Modifiers.ALT,
    "shift": Modifiers.SHIFT,
    "super": Modifiers.SUPER,
    "hyper": Modifiers.HYPER,
    "meta": Modifiers.META,
}
_MODIFIER: Final = re.compile(rf"({'|'.join(_MODIFIERS)})[+-](?=.)", re.IGNORECASE)
_ALIASES: Final = {
    " ": "space",
    "del": "delete",
    "esc": "escape",
    "ins": "insert",
    "pagedown": "page_down",
    "pageup": "page_up",
    "pgdn": "page_down",
    "pgup": "page_up",
    "return": "enter",
    "↑": "up",
    "→": "right",
    "↓": "down",
    "←": "left",
}
_LABELS: Final = {
    "down": "↓",
    "escape": "Esc",
    "left": "←",
    "page_down": "PgDn",
    "page_up": "PgUp",
    "right": "→",
    "up": "↑",
}
_HELD_LABELS: Final = {
    Modifiers.CTRL: "Ctrl",
    Modifiers.ALT: "Alt",
    Modifiers.SHIFT: "Shift",
    Modifiers.SUPER: "Super",
    Modifiers.HYPER: "Hyper",
    Modifiers.META: "Meta",
}

_SHIFTED: Final = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))
"""What a key types with Shift on a keyboard of the United States: a guess, for terminals that
tell only the key."""
_UNSHIFTED: Final = {shifted: key for key, shifted in _SHIFTED.items()}


@dataclass(frozen=True, slots=True)
class Chord:
    """A key, and what is held with it."""

    key: str
    modifiers: Modifiers = Modifiers.NONE

    @property
    def label(self) -> str:
        """The key for people, short: "Space", "?", "P", "Ctrl-C", "PgUp"."""
        held, key = self.modifiers, self.key
        if len(key) > 1:
            key = _LABELS.get(key) or key.replace("_", " ").title()
        elif held:
            key = capital_letter(key) or key
            if key != self.key and held == Modifiers.SHIFT:
                held = Modifiers.NONE
        return "".join(f"{word}-" for one, word in _HELD_LABELS.items() if one in held) + key

    @property
    def physical_keys(self) -> frozenset[str]:
        """The names under which the key may be let go."""
        return frozenset({self.key, _UNSHIFTED.get(self.key, self.key)})


def parse_chord(text: str) -> Chord:
    """Return the key that ``text`` names, as a configuration has it.

    Raises:
        UsageError: there is no such key.
    """
    modifiers = Modifiers.NONE
    rest = text
    while held := _MODIFIER.match(rest):
        modifiers |= _MODIFIERS[held[1].lower()]
        rest = rest[held.end() :]
    name = rest.lower().replace(" ", "_") if len(rest) > 1 else rest
    name = _ALIASES.get(name, name)
    if name in KEY_NAMES:
        return Chord(name, modifiers)
    if len(name) != 1 or not is_printable(name):
        raise UsageError(
            f"there is no key named {escape(text, limit=40)!r}",
            hint="name a key by its character, or as space, enter, f5, page_up, ctrl+c",
        )
    small = small_letter(name)
    # People write Ctrl-C for what is typed without Shift.
    if small != name and not modifiers & NO_TEXT:
        modifiers |= Modifiers.SHIFT
    return Chord(small, modifiers)


def meanings(event: KeyEvent) -> Iterator[Chord]:
    """Yield what a key that was pressed may be written as, the most exact first."""
    yield Chord(event.key, event.modifiers)
    if own := _MODIFIERS.get(event.key.partition("_")[2]):
        yield Chord(event.key, event.modifiers & ~own)  # a modifier is held with itself
    shift = Modifiers.SHIFT in event.modifiers
    without = event.modifiers & ~Modifiers.SHIFT
    if len(event.text) == 1:
        small = small_letter(event.text)
        capital = Modifiers.NONE if small == event.text else Modifiers.SHIFT
        yield Chord(small, without | capital)
    elif shift and event.key in _SHIFTED and not event.modifiers & NO_TEXT:
        yield Chord(_SHIFTED[event.key], without)
    if shift and (len(event.key) == 1 or event.key == "space"):
        yield Chord(event.key, without)  # as with Caps Lock
