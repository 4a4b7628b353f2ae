import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from aicall_cli.tui.word_wrap import wrap


@pytest.mark.parametrize(
    ("text", "room", "rows"),
    [
        ("", 10, [""]),
        ("go forward", 10, ["go forward"]),
        ("go forward ten", 10, ["go forward", "ten"]),
        ("go  on", 10, ["go  on"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("high over 北京和上海 now", 12, ["high over", "北京和上海", "now"]),
        ("ab " + "好" * 10, 11, ["ab 好好好好", "好好好好好", "好"]),
        ("ten chars! " + "好" * 6, 11, ["ten chars!", "好好好好好", "好"]),
        ("שלום עולם שלום", 10, ["שלום עולם", "שלום"]),
        ("e\u0301" * 12, 10, ["e\u0301" * 10, "e\u0301" * 2]),
    ],
)
def test_rows_end_between_words_or_in_a_word_without_end(
    text: str, room: int, rows: list[str]
) -> None:
    assert wrap(text, room) == rows


@given(st.text(max_size=200), st.integers(min_value=2, max_value=40))
def test_no_row_is_too_wide_and_nothing_is_lost(text: str, room: int) -> None:
    rows = wrap(text, room)
    assert all(cell_len(row) <= room for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
