from dataclasses import replace

import pytest

from aicall_cli.engine.enums import CallState
from aicall_cli.tui.call_header import header
from aicall_cli.tui.call_state import Called
from tests.tui.call_states import CONNECTED, CONNECTING, with_figures, with_view


def test_it_says_who_is_called_and_how_the_connection_is() -> None:
    assert header(CONNECTED, 59).plain == (
        "assistant  built-in              connected  ▂▄▆█ good  1:02"
    )
    assert header(CONNECTING, 59).plain == (
        "assistant  built-in                connecting  ▂▄▆█ –  0:00"
    )


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (CallState.NONE, "connecting"),
        (CallState.CONNECTING, "connecting"),
        (CallState.CONNECTED, "connected"),
        (CallState.OVER, "hanging up"),
        (CallState.ERROR, "failed"),
    ],
)
def test_the_call_has_a_word_for_each_state(state: CallState, word: str) -> None:
    assert f"  {word}  " in header(with_view(call_state=state), 79).plain


@pytest.mark.parametrize(
    ("score", "shown"),
    [(4.41, "good"), (4.0, "fair"), (3.5, "poor"), (2.9, "bad"), (1.0, "bad"), (None, "–")],
)
def test_quality_is_a_word_of_the_opinion_score(score: float | None, shown: str) -> None:
    assert f"▂▄▆█ {shown}  1:02" in header(with_figures(opinion_score=score), 59).plain


def test_a_long_name_is_cut_and_a_hostile_one_escaped() -> None:
    state = replace(CONNECTED, called=Called("\x1b[2J" + "很长的名字" * 20, "built-in"))
    shown = header(state, 59)
    assert shown.cell_len == 59
    assert shown.plain.startswith("\\x1b[2J很长的名字")
    assert shown.plain.endswith("…  connected  ▂▄▆█ good  1:02")


def test_a_long_call_has_hours() -> None:
    assert header(replace(CONNECTED, duration=3723.9), 59).plain.endswith("  1:02:03")
