"""The part of a terminal that changes while a source is pushed, as a pure function.

At most three lines, none wider than the terminal: what the caller was heard saying so far,
what the agent says, and one line with progress, level, the agent's state and the pushes::

    you   ▸ go forward ten
    ━━━━━━━━━━━━━━━━━╸──────────  2.4 / 4.0 s  ▁▂▅▇▆▃▁▁  ● listening  121 pushed, 3 retried
"""

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, get_character_cell_size
from rich.text import Text

from aicall_cli.engine.enums import AgentState, Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.text import escape
from aicall_cli.tui.agent_word import AGENT_WORD_WIDTH, agent_word
from aicall_cli.tui.gauges import bar, meter, progress_time
from aicall_cli.tui.line_rows import SPEAKER_STYLES
from aicall_cli.tui.line_text import label
from aicall_cli.tui.view_state import ViewState

_GAP: Final = "  "
_ECHO_WIDTH: Final = len("^C")
"""Kept free where the cursor is: an echo that makes the line wrap makes the redraw miss it."""
_MIN_BAR: Final = 8
_MAX_BAR: Final = 50
METER_WIDTH: Final = 12
"""The most levels that are shown."""

_LONGEST_STUB: Final = 16
"""Characters of a cut word that are left out; more are a language without spaces."""

_LATENCY_WIDTH: Final = len("after 999 ms")


@dataclass(frozen=True, slots=True)
class PushProgress:
    """How far the push is; times in seconds, levels 0–255 with the newest last."""

    name: str = ""
    position: float = 0.0
    duration: float | None = None
    volumes: tuple[int, ...] = ()
    pushed: int = 0
    retried: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Layout:
    """How much of the progress line there is room for."""

    name: int
    meter: int
    pushed: bool
    retried: bool


_LAYOUTS: Final = (
    _Layout(name=20, meter=METER_WIDTH, pushed=True, retried=True),
    _Layout(name=0, meter=8, pushed=True, retried=True),
    _Layout(name=0, meter=8, pushed=False, retried=True),
    _Layout(name=0, meter=6, pushed=False, retried=True),
    _Layout(name=0, meter=6, pushed=False, retried=False),
    _Layout(name=0, meter=0, pushed=False, retried=False),
)
"""From rich to poor; the first that leaves the bar its least width is taken."""


def render_screen(state: ViewState, progress: PushProgress, width: int) -> Text:
    """Return the lines for a terminal of ``width`` cells, of which the last stays free."""
    room = max(width - 1, 1)  # a full line makes some terminals wrap
    lines = [
        _growing(entry, room)
        for entry in (state.growing(Party.CALLER), state.growing(Party.AGENT))
        if entry is not None
    ]
    lines.append(_progress(state, progress, max(room - _ECHO_WIDTH, 1)))
    text = Text("\n", no_wrap=True, overflow="crop", end="").join(lines)
    text.no_wrap, text.overflow = True, "crop"
    return text


def _growing(entry: TranscriptEntry, room: int) -> Text:
    name = label(entry.source)
    said = _tail(entry.text, room - len(name))
    line = Text.assemble((name, SPEAKER_STYLES[entry.source]), (said, "dim"))
    line.truncate(room)
    return line


def _tail(text: str, room: int) -> str:
    """Return the end of ``text``, where the newest words are, in at most ``room`` cells."""
    # The escape of one character may take six; what the limit cuts here is not shown anyway.
    end = escape(text[-4 * max(room, 1) :], limit=100 * max(room, 1))
    if len(text) <= 4 * room and cell_len(end) <= room:
        return end
    kept: list[str] = []
    left = room - 1
    for character in reversed(end):
        left -= get_character_cell_size(character)
        if left < 0:
            break
        kept.append(character)
    return "…" + _from_a_word("".join(reversed(kept)))


def _from_a_word(text: str) -> str:
    """Leave out the rest of a word at the beginning, unless words have no ends here."""
    cut, _, rest = text.partition(" ")
    return rest.lstrip() if rest and len(cut) <= _LONGEST_STUB else text


def _progress(state: ViewState, progress: PushProgress, room: int) -> Text:
    parts: list[Text] = []
    least = _MIN_BAR if progress.duration else 0
    for layout in _LAYOUTS:
        before, after = _around_bar(state, progress, layout)
        parts = [*before, *after]
        left = room - sum(part.cell_len + len(_GAP) for part in parts)
        if left >= least:
            if progress.duration:
                share = progress.position / progress.duration
                parts = [*before, bar(share, min(left, _MAX_BAR)), *after]
            break
    line = Text(_GAP).join(parts)
    line.truncate(room)
    return line


def _around_bar(
    state: ViewState, progress: PushProgress, layout: _Layout
) -> tuple[list[Text], list[Text]]:
    before = []
    after = [Text(progress_time(progress.position, progress.duration))]
    if layout.name and progress.name:
        before = [Text(escape(progress.name, limit=100))]
        before[0].truncate(layout.name, overflow="ellipsis")
    if layout.meter:
        after.append(meter(progress.volumes, layout.meter))
    after.append(_state(state))
    if layout.retried:
        counts = _counts(progress, pushed=layout.pushed)
        last = _latency(state) or counts
        last.pad_right(max(counts.cell_len, _LATENCY_WIDTH) - last.cell_len)
        after.append(last)
    return before, after


def _state(state: ViewState) -> Text:
    word, style = agent_word(state)
    return Text(f"● {word:<{AGENT_WORD_WIDTH}}", style)


def _latency(state: ViewState) -> Text | None:
    """Return how fast the agent was, while it speaks."""
    turn = state.turn
    if state.agent_state is not AgentState.SPEAKING or turn is None or turn.overlapped:
        return None
    return None if turn.latency is None else Text(f"after {turn.latency * 1000:.0f} ms", "dim")


def _counts(progress: PushProgress, *, pushed: bool) -> Text:
    text = Text(f"{progress.pushed} pushed, " if pushed else "", "dim")
    text.append(f"{progress.retried} retried", "dim")
    if progress.dropped:
        text.append(f", {progress.dropped} dropped", "yellow")
    return text
