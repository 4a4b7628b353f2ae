"""A line of a call as rows of a terminal: the speaker's name, the words beside it."""

from dataclasses import replace
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import MAX_ENTRY_TEXT, TranscriptEntry
from aicall_cli.text import escape
from aicall_cli.tui.line_text import label, words
from aicall_cli.tui.view_state import Line
from aicall_cli.tui.word_wrap import wrap

SPEAKER_STYLES: Final = {Party.CALLER: "bold cyan", Party.AGENT: "bold magenta"}
MIN_TEXT_WIDTH: Final = 20
"""Words get this many cells at least, whatever the terminal has."""


def line_rows(line: Line, room: int, longest: int = MAX_ENTRY_TEXT) -> list[Text]:
    """Return a finished line in rows of at most ``room`` cells.

    Of words with more than ``longest`` characters only the end is shown.
    """
    if isinstance(line, TranscriptEntry):
        said = words(_end(line, longest))
        return _beside(label(line.source), SPEAKER_STYLES[line.source], said, "", room)
    kind, style = ("warning: ", "yellow") if line.warning else ("note: ", "dim")
    return _beside(kind, style, escape(line.text), style, room)


def growing_rows(entry: TranscriptEntry, room: int, longest: int) -> list[Text]:
    """Return what is being said, dim; of more than ``longest`` characters only the end."""
    said = escape(_end(entry, longest).text.strip(), limit=6 * longest)
    return _beside(label(entry.source), SPEAKER_STYLES[entry.source], said, "dim", room)


def _end(entry: TranscriptEntry, longest: int) -> TranscriptEntry:
    """Return ``entry`` with at most the last ``longest`` characters."""
    if len(entry.text) <= longest:
        return entry
    return replace(entry, text=f"…{entry.text[-longest:]}")


def _beside(name: str, name_style: str, text: str, style: str, room: int) -> list[Text]:
    indent = cell_len(name)
    first, *rest = wrap(text, max(room - indent, MIN_TEXT_WIDTH))
    return [
        Text.assemble((name, name_style), (first, style)),
        *(Text.assemble(" " * indent, (row, style)) for row in rest),
    ]
