"""The interface of a call as a pure function: state and size in, rows out.

::

    assistant  built-in                            connected  ▂▄▆█ good  0:42
    ──────────────────────────────────────────────────────────────────────────
    you   ▸ what time is it
    agent ▸ It is noon.

    ──────────────────────────────────────────────────────────────────────────
    ● listening   you ▁▂▅▇▆▃▁▁  agent ▁▁▁▁▁▁▁▁  answered in 620 ms
    ○ push-to-talk: hold Space to talk                                   ● rec
    network  round trip 12 ms, jitter 0.30 ms, loss 0.0 %, opinion score ≈ 4.4
    the microphone is back
    Space talk  i interrupt  m mute  t type  p push-to-talk  ? help  q hang up

It is made for 60 × 16 and more; on less, what is least important goes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Final

from rich.text import Text

from aicall_cli.text import escape
from aicall_cli.tui.call_gauges import gauges, network
from aicall_cli.tui.call_header import header
from aicall_cli.tui.call_keys_shown import help_rows, key_row
from aicall_cli.tui.call_state import CallScreenState
from aicall_cli.tui.call_talk import Labels, talk_row, typed_row
from aicall_cli.tui.conversation import Conversation
from aicall_cli.tui.row import between
from aicall_cli.tui.terminal_screen import Picture

_MIN_CONVERSATION: Final = 2
_MIN_ROOM: Final = 20


class _Part(IntEnum):
    """The rows around the conversation, the most important first."""

    HEADER = auto()
    TALK = auto()
    KEYS = auto()
    GAUGES = auto()
    NOTICE = auto()
    NETWORK = auto()
    UPPER_RULE = auto()
    LOWER_RULE = auto()


_ABOVE: Final = (_Part.HEADER, _Part.UPPER_RULE)
_BELOW: Final = (
    _Part.LOWER_RULE,
    _Part.GAUGES,
    _Part.TALK,
    _Part.NETWORK,
    _Part.NOTICE,
    _Part.KEYS,
)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which parts there is room for, and how many rows are between them."""

    above: Sequence[_Part]
    below: Sequence[_Part]
    middle: int


def conversation_height(height: int) -> int:
    """Return how many rows of a screen of ``height`` the conversation has."""
    return _layout(height).middle


def row_room(width: int) -> int:
    """Return how many cells of ``width`` a row has: the last one stays free.

    In a full row the cursor waits on the last cell, and terminals differ in what comes then.
    """
    return max(width - 1, _MIN_ROOM)


def render_call(
    state: CallScreenState, labels: Labels, now: float, width: int, height: int
) -> Picture:
    """Return the picture for a terminal of ``width`` × ``height`` cells."""
    frame = _Frame(state, labels, now, row_room(width))
    return frame.help(height) if state.help else frame.call(_layout(height))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the parts of one picture are made from."""

    state: CallScreenState
    labels: Labels
    now: float
    room: int

    def help(self, height: int) -> Picture:
        """Return the keys, between the first row and the last."""
        above = [header(self.state, self.room), _rule("", self.room)]
        middle = max(height - len(above) - 1, 0)
        rows = _filled(help_rows(self.state, self.labels, self.room, middle), middle)
        return Picture([*above, *rows, key_row(self.state, self.labels, self.room)])

    def call(self, layout: "_Layout") -> Picture:
        """Return the conversation and what is around it."""
        conversation = Conversation.of(self.state.view, self.room)
        top = conversation.top(self.state.scroll, layout.middle)
        shown = conversation.rows[top : top + layout.middle]
        hidden = max(len(conversation.rows) - top - layout.middle, 0)
        above = [self._part(part, hidden) for part in layout.above]
        below = [self._part(part, hidden) for part in layout.below]
        cursor = None
        if self.state.typed is not None and _Part.TALK in layout.below:
            typed = typed_row(self.state.typed, self.room)
            at = layout.below.index(_Part.TALK)
            below[at] = typed.row
            cursor = (typed.column, len(above) + layout.middle + at)
        return Picture([*above, *_filled(shown, layout.middle), *below], cursor)

    def _part(self, part: _Part, hidden: int) -> Text:
        match part:
            case _Part.HEADER:
                return header(self.state, self.room)
            case _Part.TALK:
                return talk_row(self.state, self.labels, self.now, self.room)
            case _Part.KEYS:
                return key_row(self.state, self.labels, self.room)
            case _Part.GAUGES:
                return gauges(self.state, self.room)
            case _Part.NOTICE:
                return _notice(self.state, self.now, self.room)
            case _Part.NETWORK:
                return network(self.state, self.room)
            case _Part.UPPER_RULE:
                return _rule("", self.room)
            case _Part.LOWER_RULE:
                return _rule(f" ↓ {hidden} more " if hidden else "", self.room)


def _layout(height: int) -> _Layout:
    kept = set(list(_Part)[: max(height - _MIN_CONVERSATION, 0)])
    above = [part for part in _ABOVE if part in kept]
    below = [part for part in _BELOW if part in kept]
    return _Layout(above, below, max(height - len(above) - len(below), 0))


def _filled(rows: Sequence[Text], height: int) -> Sequence[Text]:
    return [*rows[:height], *[Text()] * (height - len(rows))]


def _rule(label: str, room: int) -> Text:
    return Text.assemble((f"──{label}".ljust(room, "─")[:room], "bright_black"))


def _notice(state: CallScreenState, now: float, room: int) -> Text:
    """Return what is told in passing, and what the devices have lost so far."""
    flash, told = state.flash, Text()
    if flash is not None and now < flash.until:
        told = Text.assemble((escape(flash.text), "yellow" if flash.warning else ""))
    losses = [
        f"{count} {name}{'s' if count > 1 else ''}"
        for name, count in (
            ("overflow", state.controls.input_overflows),
            ("underflow", state.controls.output_underflows),
        )
        if count
    ]
    return between(told, Text.assemble((", ".join(losses), "yellow")), room)
