import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.tui.gauges import bar, meter, progress_time


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "────"),
        (0.5, "━━──"),
        (0.625, "━━╸─"),
        (1.0, "━━━━"),
        (1.7, "━━━━"),
        (-1.0, "────"),
    ],
)
def test_a_bar_is_filled_in_halves(share: float, shown: str) -> None:
    assert bar(share, 4).plain == shown


@given(st.floats(-1, 2), st.integers(0, 60))
def test_a_bar_is_as_wide_as_asked(share: float, width: int) -> None:
    assert bar(share, width).cell_len == width


def test_a_meter_shows_the_newest_on_the_right() -> None:
    assert meter([255, 0, 32, 128, 255], 4).plain == "▁▂▅█"
    assert meter([255], 4).plain == "▁▁▁█"


def test_silence_and_a_full_level_have_colours_of_their_own() -> None:
    assert [str(span.style) for span in meter([0, 100, 250], 3).spans] == [
        "bright_black",
        "green",
        "yellow",
    ]


@pytest.mark.parametrize(
    ("position", "duration", "shown"),
    [
        (2.44, 4.0, "2.4 / 4.0 s"),
        (2.44, 14.0, " 2.4 / 14.0 s"),
        (2.44, 62.0, "0:02 / 1:02"),
        (62.0, 3725.0, "   1:02 / 1:02:05"),
        (2.44, None, "2.4 s"),
        (62.9, None, "1:02"),
        (0.0, 0.0, "0.0 / 0.0 s"),
    ],
)
def test_times_are_seconds_then_minutes(
    position: float, duration: float | None, shown: str
) -> None:
    assert progress_time(position, duration) == shown
