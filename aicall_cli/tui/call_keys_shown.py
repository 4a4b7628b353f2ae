"""Which keys there are: a row of the most useful, or all of them."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from rich.text import Text

from aicall_cli.tui.call_state import CallScreenState
from aicall_cli.tui.call_talk import Labels
from aicall_cli.tui.figure_rows import ABSENT
from aicall_cli.tui.keyboard.key_map import Action
from aicall_cli.tui.keyboard.talk_key import TalkMode
from aicall_cli.tui.row import GAP, cut, joined

_USEFUL: Final = (
    (Action.TALK, "talk"),
    (Action.INTERRUPT, "interrupt"),
    (Action.MUTE, "mute"),
    (Action.TEXT, "type"),
    (Action.PUSH_TO_TALK, "push-to-talk"),
    (Action.RECORDING, "record"),
    (Action.AGENT_AUDIO, "agent audio"),
)
"""In the order in which there is room for them."""
_ALWAYS: Final = ((Action.HELP, "help"), (Action.HANG_UP, "hang up"))

_HELP: Final = (
    ((Action.TALK,), "talk"),
    ((Action.CANCEL,), "forget what I said"),
    ((Action.PUSH_TO_TALK,), "push-to-talk on/off"),
    ((Action.MUTE,), "mute me on/off"),
    ((Action.INTERRUPT,), "interrupt the agent"),
    ((Action.VOICE_INTERRUPT,), "my voice interrupts"),
    ((Action.TEXT,), "type to the agent"),
    ((Action.AGENT_AUDIO,), "agent's voice on/off"),
    ((Action.QUIETER, Action.LOUDER), "agent's volume"),
    ((Action.RECORDING,), "recording on/off"),
    ((Action.SCROLL_UP, Action.SCROLL_DOWN), "read what was said"),
    ((Action.PAGE_UP, Action.PAGE_DOWN), "a page of it"),
    ((Action.HELP,), "these keys"),
    ((Action.HANG_UP,), "hang up (twice: now)"),
)
"""All of them, in words that leave room for two columns on 60 cells."""


def key_row(state: CallScreenState, labels: Labels, room: int) -> Text:
    """Return the keys that do something now, as many as fit."""
    if state.help:
        return cut(_hint("any key", "back to the call"), room)
    if state.typed is not None:
        return joined([_hint("Enter", "send"), _hint("Esc", "cancel")], room)
    last = joined(_hints(_ALWAYS, labels), room)
    first = joined(_hints(_USEFUL, labels), room - last.cell_len - len(GAP))
    return joined([first, last], room)


def help_rows(state: CallScreenState, labels: Labels, room: int, height: int) -> Sequence[Text]:
    """Return all keys, in two columns where one would be too high."""
    talk = labels[Action.TALK]
    if state.talk.mode is TalkMode.HOLD:
        how = f"{talk}: hold it while you talk; after a tap it talks on"
    else:
        how = f"{talk}: once to talk, once more to send"
    note = cut(Text.assemble((how, "dim")), room)
    return [*_keys(labels, room, height - 2), Text(), note]


def _keys(labels: Labels, room: int, height: int) -> Sequence[Text]:
    if len(_HELP) <= height:
        return _column(_HELP, labels)
    half = -(-len(_HELP) // 2)
    left, right = _column(_HELP[:half], labels), _column(_HELP[half:], labels)
    width = max(row.cell_len for row in left)
    rows = []
    for one, other in zip_longest(left, right, fillvalue=Text()):
        gap = " " * (width - one.cell_len + len(GAP))
        rows.append(cut(Text.assemble(one, gap, other), room))
    return rows


def _column(entries: Sequence[tuple[Sequence[Action], str]], labels: Labels) -> Sequence[Text]:
    names = [" ".join(labels[action] for action in actions) for actions, _ in entries]
    width = max(map(len, names))
    return [
        Text.assemble((f"{name:>{width}}", "bold"), f"{GAP}{meaning}")
        for name, (_, meaning) in zip(names, entries, strict=True)
    ]


def _hints(actions: Sequence[tuple[Action, str]], labels: Labels) -> list[Text]:
    named = [(labels[action], meaning) for action, meaning in actions]
    return [_hint(label, meaning) for label, meaning in named if label != ABSENT]


def _hint(label: str, meaning: str) -> Text:
    return Text.assemble((label, "bold"), f" {meaning}")
