"""Which key does what, as the defaults and the configuration say."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

from aicall_cli.errors import UsageError
from aicall_cli.text import escape
from aicall_cli.tui.keyboard.key_chord import Chord, meanings, parse_chord
from aicall_cli.tui.keyboard.key_event import KeyEvent, KeyKind, Modifiers


class Action(Enum):
    """What a caller can do with one key; the value is its name in the configuration."""

    TALK = "talk"
    CANCEL = "cancel"
    PUSH_TO_TALK = "push_to_talk"
    MUTE = "mute"
    INTERRUPT = "interrupt"
    VOICE_INTERRUPT = "voice_interrupt"
    TEXT = "text"
    AGENT_AUDIO = "agent_audio"
    LOUDER = "louder"
    QUIETER = "quieter"
    RECORDING = "recording"
    HELP = "help"
    HANG_UP = "hang_up"
    SCROLL_UP = "scroll_up"
    SCROLL_DOWN = "scroll_down"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"


DEFAULT_KEYS: Final[Mapping[Action, Sequence[str]]] = {
    Action.TALK: ("space",),
    Action.CANCEL: ("escape",),
    Action.PUSH_TO_TALK: ("p",),
    Action.MUTE: ("m",),
    Action.INTERRUPT: ("i",),
    Action.VOICE_INTERRUPT: ("v",),
    Action.TEXT: ("t",),
    Action.AGENT_AUDIO: ("s",),
    # On many keyboards + is = with Shift; where ? is, differs the most.
    Action.LOUDER: ("+", "="),
    Action.QUIETER: ("-",),
    Action.RECORDING: ("r",),
    Action.HELP: ("?", "f1"),
    Action.HANG_UP: ("q", "ctrl+c"),
    Action.SCROLL_UP: ("up",),
    Action.SCROLL_DOWN: ("down",),
    Action.PAGE_UP: ("page_up",),
    Action.PAGE_DOWN: ("page_down",),
}
"""The keys of each action unless told otherwise, the usual one first."""

REPEATING: Final = frozenset(
    {
        Action.LOUDER,
        Action.QUIETER,
        Action.SCROLL_UP,
        Action.SCROLL_DOWN,
        Action.PAGE_UP,
        Action.PAGE_DOWN,
    }
)
"""Done again as long as the key is held; everything else once for each press."""

_CTRL_C: Final = Chord("c", Modifiers.CTRL)
_NO_KEY: Final = "–"


class KeyMap:
    """The keys of every action."""

    def __init__(self, keys: Mapping[Action, Sequence[Chord]]) -> None:
        self._keys = {action: tuple(chords) for action, chords in keys.items()}
        self._actions = {chord: action for action, chords in keys.items() for chord in chords}
        self._talk_keys = {name for chord in self.keys(Action.TALK) for name in chord.physical_keys}

    def keys(self, action: Action) -> tuple[Chord, ...]:
        """Return the keys of an action, the usual one first; none where it has none."""
        return self._keys.get(action, ())

    @property
    def labels(self) -> Mapping[Action, str]:
        """The usual key of every action, for people."""
        return {
            action: keys[0].label if (keys := self.keys(action)) else _NO_KEY for action in Action
        }

    def action(self, event: KeyEvent) -> Action | None:
        """Return what a key is to do now.

        A key that is let go does something only for TALK; and a key that repeats only for
        what is done again and again.
        """
        if event.kind is KeyKind.RELEASE:
            # Whatever is held with it now: the other key may have been let go first.
            return Action.TALK if event.key in self._talk_keys else None
        for chord in meanings(event):
            if (action := self._actions.get(chord)) is not None:
                repeats = event.kind is KeyKind.PRESS or action in REPEATING
                return action if repeats else None
        return None


def create_key_map(settings: Mapping[str, object] | None = None) -> KeyMap:
    """Return the defaults with ``settings`` in their place.

    Args:
        settings: for the name of an action (``Action.value``) its key or a list of keys, as
            ``parse_chord`` reads them; an empty list is none. Ctrl-C hangs up unless it is
            given to something else.

    Raises:
        UsageError: an action or a key that does not exist, a key for two actions, or no key
            to hang up with.
    """
    keys = {action: _chords(names) for action, names in DEFAULT_KEYS.items()}
    for name, value in (settings or {}).items():
        action = _action(name)
        keys[action] = _chords(_names(name, value))
    if not any(_CTRL_C in chords for chords in keys.values()):
        keys[Action.HANG_UP] = (*keys[Action.HANG_UP], _CTRL_C)
    _check(keys)
    return KeyMap(keys)


def _action(name: str) -> Action:
    try:
        return Action(name)
    except ValueError:
        names = ", ".join(action.value for action in Action)
        raise UsageError(
            f"there is nothing named {escape(name, limit=40)!r} that a key could do",
            hint=f"the actions are {names}",
        ) from None


def _names(action: str, value: object) -> list[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise UsageError(
            f"the keys of {action} are neither a name nor a list of names",
            hint=f'write keys.{action} = "f5", or a list such as ["f5", "ctrl+t"]',
        )
    return list(names)


def _chords(names: Sequence[str]) -> tuple[Chord, ...]:
    return tuple(dict.fromkeys(parse_chord(name) for name in names))


def _check(keys: Mapping[Action, Sequence[Chord]]) -> None:
    if not keys[Action.HANG_UP]:
        raise UsageError("no key hangs up", hint="give keys.hang_up one")
    taken: dict[Chord, Action] = {}
    for action, chords in keys.items():
        for chord in chords:
            other = taken.setdefault(chord, action)
            if other is not action:
                raise UsageError(
                    f"the key {chord.label} is given to both {other.value} and {action.value}",
                    hint=f"give keys.{other.value} or keys.{action.value} another key",
                )
