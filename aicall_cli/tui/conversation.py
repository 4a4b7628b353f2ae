"""What was said, as rows, and the part of it that is on the screen."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.text import Text

from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.tui.call_state import ScrollPlace
from aicall_cli.tui.line_rows import growing_rows, line_rows
from aicall_cli.tui.view_state import MAX_LINES, Line, ViewState

MAX_SHOWN: Final = 4000
"""Characters of one line that can be read again here; the transcript has them all."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Rows of a conversation; ``begins`` has the index of each line's first row."""

    rows: Sequence[Text]
    begins: Sequence[int]
    first_line: int
    """Lines before the first that is kept."""

    @classmethod
    def of(cls, state: ViewState, room: int) -> "Conversation":
        """Return what was and is being said in rows of at most ``room`` cells."""
        rows: list[Text] = []
        begins: list[int] = []
        for line in state.conversation:
            begins.append(len(rows))
            rows += _rows(line, room)
        return cls(rows, begins, state.conversation_before)

    def top(self, place: ScrollPlace | None, height: int) -> int:
        """Return the index of the first row to show in ``height`` rows."""
        last = max(len(self.rows) - height, 0)
        if place is None:
            return last
        line = place.line - self.first_line
        if line < 0:  # it was scrolled away for good
            return 0
        return min(self.begins[line] + place.row, last) if line < len(self.begins) else last

    def scrolled(self, place: ScrollPlace | None, rows: int, height: int) -> ScrollPlace | None:
        """Return the place ``rows`` further down, negative for up; at the end it is None."""
        top = max(self.top(place, height) + rows, 0)
        if top >= len(self.rows) - height:
            return None
        line = bisect_right(self.begins, top) - 1
        return ScrollPlace(self.first_line + line, top - self.begins[line])


@lru_cache(maxsize=2 * MAX_LINES)
def _rows(line: Line, room: int) -> Sequence[Text]:
    if isinstance(line, TranscriptEntry) and not line.final:
        return growing_rows(line, room, longest=MAX_SHOWN)
    return line_rows(line, room, longest=MAX_SHOWN)
