"""Figures for a person: two columns, units at every number, – for what is unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rich.console import Console
from rich.text import Text

from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.latency import Turn

ABSENT: Final = "–"
_LABEL_WIDTH: Final = 10
_GAP: Final = "  "

REASONS: Final = {
    EndReason.HUNG_UP: "hung up",
    EndReason.AGENT_LEFT: "the agent left",
    EndReason.AGENT_FAILED: "the agent failed",
    EndReason.CONNECT_FAILED: "not connected",
    EndReason.CONNECTION_LOST: "connection lost",
    EndReason.KICKED: "put out of the call",
    EndReason.TIMEOUT: "out of time",
}
"""Why a call ended, in words."""


class Mark(Enum):
    """How much a row wants to be looked at."""

    PLAIN = ""
    GOOD = "green"
    POOR = "yellow"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the summary; an empty label continues the row above."""

    label: str
    value: str
    mark: Mark = Mark.PLAIN


def row_lines(rows: Sequence[Row]) -> list[str]:
    """Return the rows as plain lines."""
    return [f"{row.label:<{_LABEL_WIDTH}}{_GAP}{row.value}" for row in rows]


def row_text(row: Row) -> Text:
    """Return a row as it is printed on a terminal."""
    return Text.assemble((f"{row.label:<{_LABEL_WIDTH}}{_GAP}", "dim"), (row.value, row.mark.value))


def print_rows(console: Console, rows: Sequence[Row]) -> None:
    """Print the rows on a terminal; long values are left to the terminal to wrap."""
    for row in rows:
        console.print(row_text(row), soft_wrap=True)


def turn_row(number: int, turn: Turn) -> Row:
    """Return the row of one turn."""
    label = f"turn {number}"
    if turn.overlapped:
        return Row(label, f"{milliseconds(turn.latency)} (overlapping)", Mark.POOR)
    if turn.latency is None:
        return Row(label, f"{ABSENT} (no answer)")
    value = f"{milliseconds(turn.latency)} from end of speech to answer"
    return Row(label, value, Mark.GOOD)


def milliseconds(seconds: float | None) -> str:
    """Return a time as ``464 ms``, ``4.6 ms`` or ``0.46 ms``."""
    if seconds is None:
        return ABSENT
    thousandths = seconds * 1000
    digits = 0 if thousandths >= 10 else 1 if thousandths >= 1 else 2
    return f"{thousandths:.{digits}f} ms"
