import pytest

from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.latency import Turn
from aicall_cli.tui.figure_rows import (
    REASONS,
    Mark,
    Row,
    milliseconds,
    print_rows,
    row_lines,
    turn_row,
)
from tests.tui.terminal import Terminal

ROWS = [Row("turn 1", "464 ms"), Row("", "and more", Mark.POOR)]


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(EndReason)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.0, "0.00 ms"), (0.000456, "0.46 ms"), (0.00456, "4.6 ms"), (1.5, "1500 ms")],
)
def test_a_time_has_its_unit(seconds: float | None, text: str) -> None:
    assert milliseconds(seconds) == text


@pytest.mark.parametrize(
    ("turn", "row"),
    [
        (
            Turn(0.0, 1.0, 1.464, 0.464, overlapped=False),
            Row("turn 2", "464 ms from end of speech to answer", Mark.GOOD),
        ),
        (Turn(0.0, 1.0, None, None, overlapped=False), Row("turn 2", "– (no answer)")),
        (
            Turn(0.0, 1.0, 1.1, 0.1, overlapped=True),
            Row("turn 2", "100 ms (overlapping)", Mark.POOR),
        ),
    ],
)
def test_a_turn_is_one_row(turn: Turn, row: Row) -> None:
    assert turn_row(2, turn) == row


def test_rows_are_two_columns_with_and_without_a_terminal() -> None:
    assert row_lines(ROWS) == ["turn 1      464 ms", "            and more"]
    terminal = Terminal()
    print_rows(terminal.console, ROWS)
    assert terminal.lines == row_lines(ROWS)
