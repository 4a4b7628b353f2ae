from dataclasses import replace

import pytest

from aicall_cli.engine.enums import CallState, NetworkQuality
from aicall_cli.tui.call_header import header
from aicall_cli.tui.call_state import Called
from tests.tui.call_states import CONNECTED, CONNECTING, with_view


def test_it_says_who_is_called_and_how_the_connection_is() -> None:
    assert header(CONNECTED, 59).plain == (
        "assistant  built-in         connected  ▂▄▆█ excellent  1:02"
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
    ("caller", "agent", "shown"),
    [
        (NetworkQuality.EXCELLENT, NetworkQuality.GOOD, "good"),
        (NetworkQuality.VERY_BAD, NetworkQuality.POOR, "very bad"),
        (NetworkQuality.UNKNOWN, NetworkQuality.EXCELLENT, "excellent"),
        (NetworkQuality.DISCONNECTED, NetworkQuality.DISCONNECTED, "disconnected"),
        (NetworkQuality.UNKNOWN, NetworkQuality.UNKNOWN, "–"),
    ],
)
def test_quality_is_that_of_the_worse_way(
    caller: NetworkQuality, agent: NetworkQuality, shown: str
) -> None:
    state = with_view(caller_network=caller, agent_network=agent)
    assert f"▂▄▆█ {shown}  1:02" in header(state, 59).plain


def test_a_connection_on_which_nothing_passes_is_interrupted() -> None:
    assert "  interrupted  " in header(with_view(interrupted=True), 79).plain
    over = with_view(call_state=CallState.OVER, interrupted=True)
    assert "  hanging up  " in header(over, 79).plain


def test_a_long_name_is_cut_and_a_hostile_one_escaped() -> None:
    state = replace(CONNECTED, called=Called("\x1b[2J" + "很长的名字" * 20, "built-in"))
    shown = header(state, 59)
    assert shown.cell_len == 59
    assert shown.plain.startswith("\\x1b[2J很长的名字")
    assert shown.plain.endswith("…  connected  ▂▄▆█ excellent  1:02")


def test_a_long_call_has_hours() -> None:
    assert header(replace(CONNECTED, duration=3723.9), 59).plain.endswith("  1:02:03")
