"""One finished line as plain text; all of it is the peer's and is escaped."""

from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import MAX_ENTRY_TEXT, TranscriptEntry
from aicall_cli.text import escape
from aicall_cli.tui.view_state import Line

SPEAKERS = {Party.CALLER: "you", Party.AGENT: "agent"}
POINTER = "▸"
_LABEL_WIDTH = max(len(name) for name in SPEAKERS.values())
_LONGEST = 10 * MAX_ENTRY_TEXT
"""Nothing is cut here: how long a text may grow is bounded where it comes in."""


def label(source: Party) -> str:
    """Return who speaks, with what stands between the name and the words."""
    return f"{SPEAKERS[source]:<{_LABEL_WIDTH}} {POINTER} "


def words(entry: TranscriptEntry) -> str:
    """Return what was said as one harmless line, with a mark where it was cut short."""
    text = escape(entry.text.strip(), limit=_LONGEST)
    if entry.interrupted:
        return f"{text} (interrupted)"
    return text if entry.final else f"{text}…"


def line_text(line: Line) -> str:
    """Return the line as it is printed without a terminal."""
    if isinstance(line, TranscriptEntry):
        return label(line.source) + words(line)
    return f"{'warning' if line.warning else 'note'}: {escape(line.text)}"
