"""The row that says whether the caller is heard, and how to talk; or the text being typed.

::

    ○ push-to-talk: hold Space to talk                       ● rec  volume 150 %
    ● talking 3 s: let Space go to send, Esc to forget
    text ▸ what is the weather like
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, get_character_cell_size
from rich.text import Text

from aicall_cli.engine.enums import CallState
from aicall_cli.text import escape
from aicall_cli.tui.call_state import CallScreenState, Talk, Typed
from aicall_cli.tui.figure_rows import ABSENT
from aicall_cli.tui.keyboard.key_map import Action
from aicall_cli.tui.keyboard.talk_key import TalkMode
from aicall_cli.tui.row import GAP, between, cut, joined

LONG_UTTERANCE: Final = 50.0
"""Seconds of talking after which the end of what is possible is near."""
_PROMPT: Final = "text ▸ "
_MAX_PER_CELL: Final = 8
"""Characters that are looked at for each cell; an accent takes none."""


Labels = Mapping[Action, str]
"""The key of each action as people call it; ABSENT where no key does it."""


def talk_row(state: CallScreenState, labels: Labels, now: float, room: int) -> Text:
    """Return whether the caller is heard, at the left, and what is unusual, at the right."""
    talk = _talk(state, labels, now)
    return between(talk, joined(_flags(state), room - talk.cell_len - len(GAP)), room)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """The text being typed, and the column of the cursor."""

    row: Text
    column: int


def typed_row(typed: Typed, room: int) -> TypedRow:
    """Return the part of the text around the cursor that there is room for."""
    free = max(room - len(_PROMPT) - 1, 1)  # a cell for the cursor behind the last character
    near = typed.text[max(typed.cursor - _MAX_PER_CELL * free, 0) : typed.cursor]
    before = _last_cells(escape(near), free)
    after = escape(typed.text[typed.cursor : typed.cursor + _MAX_PER_CELL * free])
    row = cut(Text.assemble((_PROMPT, "bold cyan"), before, after), room)
    return TypedRow(row, min(len(_PROMPT) + cell_len(before), room - 1))


def _talk(state: CallScreenState, labels: Labels, now: float) -> Text:
    controls, talk = state.controls, state.talk
    if state.view.call_state is not CallState.CONNECTED:
        over = state.view.call_state in (CallState.OVER, CallState.ERROR)
        return Text.assemble(("○ the call is over" if over else "○ you are not heard yet", "dim"))
    if controls.talking:
        seconds = 0.0 if talk.since is None else now - talk.since
        style = "yellow" if seconds >= LONG_UTTERANCE else "green"
        return Text.assemble(
            (f"● talking {int(seconds)} s", f"bold {style}"), _how_to_end(talk, labels)
        )
    if controls.push_to_talk:
        return Text.assemble(("○ push-to-talk", "bold"), _how_to_begin(talk, labels))
    if controls.muted:
        how = _after(": ", labels[Action.MUTE], " to be heard")
        return Text.assemble(("○ muted", "bold yellow"), how)
    return Text.assemble(("● you are heard", "green"))


def _how_to_begin(talk: Talk, labels: Labels) -> str:
    key = labels[Action.TALK]
    if talk.mode is TalkMode.HOLD:
        return _after(": hold ", key, " to talk")
    return _after(": ", key, f" to talk, {key} again to send")


def _how_to_end(talk: Talk, labels: Labels) -> str:
    key, cancel = labels[Action.TALK], _after(", ", labels[Action.CANCEL], " to forget")
    if talk.mode is TalkMode.HOLD and not talk.latched:
        return _after(": let ", key, " go to send") + cancel
    return _after(": ", key, " to send") + cancel


def _after(before: str, key: str, after: str) -> str:
    """Return a part that names a key; nothing where no key does it."""
    return "" if key == ABSENT else f"{before}{key}{after}"


def _flags(state: CallScreenState) -> Iterable[Text]:
    """Yield what is not as usual, the most important first."""
    controls = state.controls
    if controls.muted and (controls.push_to_talk or controls.talking):
        yield Text("muted", "yellow")
    if not controls.agent_audio and state.view.call_state is CallState.CONNECTED:
        yield Text("agent off", "yellow")
    if controls.recording:
        yield Text.assemble(("●", "red"), " rec")
    if controls.agent_volume != 100:
        yield Text(f"volume {controls.agent_volume} %", "dim")
    if controls.voice_interrupt is False:
        yield Text("no voice interruption", "dim")


def _last_cells(text: str, cells: int) -> str:
    """Return the longest end of ``text`` that fits into ``cells``."""
    for index in range(len(text), 0, -1):
        cells -= get_character_cell_size(text[index - 1])
        if cells < 0:
            return text[index:]
    return text
