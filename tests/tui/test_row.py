import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from aicall_cli.tui.row import between, first_fitting, joined


def test_parts_stand_at_both_ends() -> None:
    assert between(Text("left"), Text("right"), 14).plain == "left     right"
    assert between(Text("left"), Text(), 14).plain == "left"


def test_the_left_part_is_cut_for_the_right_one() -> None:
    assert between(Text("a long name"), Text("right"), 12).plain == "a lo…  right"
    assert between(Text("a long name"), Text("right"), 5).plain == "right"
    assert between(Text("a long name"), Text("right"), 3).plain == "ri…"
    assert between(Text("a long name"), Text(), 6).plain == "a lon…"


@given(st.text(max_size=30), st.text(max_size=30), st.integers(1, 60))
def test_both_ends_never_need_more_than_the_room(left: str, right: str, room: int) -> None:
    assert between(Text(left), Text(right), room).cell_len <= room


@pytest.mark.parametrize(
    ("room", "shown"), [(20, "one  two  three"), (14, "one  two"), (7, "one"), (2, "")]
)
def test_only_whole_parts_are_joined(room: int, shown: str) -> None:
    assert joined([Text("one"), Text("two"), Text("three")], room).plain == shown


@pytest.mark.parametrize(("room", "shown"), [(9, "long text"), (8, "short"), (4, "sho…")])
def test_the_first_that_fits_is_taken(room: int, shown: str) -> None:
    assert first_fitting([Text("long text"), Text("short")], room).plain == shown
