"""The outcomes as a Markdown table, which also reads well as plain text."""

from collections.abc import Sequence

from tests.bench.outcome import Outcome

HEADINGS = ("measure", "target", "ours", "plain aiortc", "met")
_ABSENT = "–"


def render(outcomes: Sequence[Outcome]) -> str:
    """Return the table, a row for each outcome."""
    rows = [HEADINGS, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, _line(["-" * width for width in widths], widths))
    return "\n".join(lines)


def _row(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.measure,
        outcome.target,
        _figure(outcome.ours, outcome.unit),
        _figure(outcome.plain, outcome.unit),
        {True: "yes", False: "NO", None: _ABSENT}[outcome.met],
    )


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return _ABSENT
    places = 1 if abs(value) >= 10 else 2 if unit == "ms" else 3
    return f"{value:.{places}f} {unit}".strip()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
