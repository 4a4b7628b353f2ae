"""One row of a screen from parts at its two ends."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.text import Text

GAP: Final = "  "


def cut(text: Text, room: int) -> Text:
    """Return ``text`` in at most ``room`` cells, with an ellipsis where it is cut."""
    if room <= 0:
        return Text()
    shown = text.copy()
    shown.truncate(room, overflow="ellipsis")
    return shown


def between(left: Text, right: Text, room: int) -> Text:
    """Return ``room`` cells with one part at each end; the left one is cut for the right."""
    if not right:
        return cut(left, room)
    right = cut(right, room)
    row = cut(left, room - right.cell_len - len(GAP))
    return Text.assemble(row, " " * (room - row.cell_len - right.cell_len), right)


def joined(parts: Iterable[Text], room: int) -> Text:
    """Return as many of ``parts``, from the first, as fit into ``room`` cells."""
    row = Text()
    for part in parts:
        gap = len(GAP) if row else 0
        if row.cell_len + gap + part.cell_len > room:
            break
        row.append(" " * gap)
        row.append_text(part)
    return row


def first_fitting(rows: Sequence[Text], room: int) -> Text:
    """Return the first of ``rows`` that fits into ``room`` cells, or else the last, cut."""
    for row in rows:
        if row.cell_len <= room:
            return row
    return cut(rows[-1], room)
