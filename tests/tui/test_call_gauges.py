from dataclasses import replace

import pytest

from aicall_cli.engine.latency import Turn
from aicall_cli.tui.call_gauges import gauges, network
from aicall_cli.tui.call_state import CallScreenState
from tests.tui.call_states import CONNECTED, CONNECTING, with_controls, with_figures, with_view
from tests.tui.calls import OVERLAPPED, STATISTICS


def answered_in(seconds: float) -> CallScreenState:
    return with_view(turn=Turn(0.0, 1.0, 1.0 + seconds, seconds, overlapped=False))


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (59, "● speaking    you ▄▆█▄▁▁  agent ▇▅▃▅▇▅  answered in 620 ms"),
        (39, "● speaking    you █▄▁▁  agent ▃▅▇▅"),
        (12, "● speaking  "),
    ],
)
def test_agent_state_levels_and_latency_as_far_as_they_fit(room: int, shown: str) -> None:
    assert gauges(CONNECTED, room).plain == shown


def test_the_meters_grow_with_the_terminal_up_to_what_is_kept() -> None:
    rows = [gauges(CONNECTED, room).plain for room in (59, 79, 119, 300)]
    widths = [row.index("  agent") - row.index("you ") - len("you ") for row in rows]
    assert widths == sorted(widths)
    assert widths[-1] == widths[-2] == 24


def test_silenced_sides_say_so_instead_of_a_level() -> None:
    assert "you off  " in gauges(with_controls(muted=True), 79).plain
    assert "agent off  " in gauges(with_controls(agent_audio=False), 79).plain


@pytest.mark.parametrize(
    ("seconds", "shown", "late"),
    [
        (0.0004, "0 ms", False),
        (0.62, "620 ms", False),
        (0.9994, "999 ms", False),
        (0.9996, "1.00 s", True),
        (1.0, "1.00 s", True),
        (12.344, "12.34 s", True),
    ],
)
def test_a_late_answer_is_red_from_one_second(seconds: float, shown: str, late: bool) -> None:
    row = gauges(answered_in(seconds), 79)
    assert row.plain.endswith(f"answered in {shown}")
    assert any(span.style == "red" for span in row.spans) == late


def test_an_answer_that_talked_over_the_caller_has_no_latency() -> None:
    assert gauges(with_view(turn=OVERLAPPED), 79).plain.endswith("talked over you")


def test_before_the_first_answer_there_is_a_dash() -> None:
    assert gauges(CONNECTING, 79).plain.startswith("● connecting  you ▁")
    assert gauges(CONNECTING, 79).plain.endswith("answered in –")


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (79, "network  round trip 12 ms, jitter 0.30 ms, loss 0.0 %, opinion score ≈ 4.4"),
        (59, "round trip 12 ms, jitter 0.30 ms, loss 0.0 %, score ≈ 4.4"),
        (51, "round trip 12 ms, jitter 0.30 ms, loss 0.0 %"),
        (20, "round trip 12 ms, j…"),
    ],
)
def test_the_network_in_what_room_there_is(room: int, shown: str) -> None:
    assert network(CONNECTED, room).plain == shown


def test_what_is_not_known_of_the_network_is_a_dash() -> None:
    unknown = "network  round trip –, jitter –, loss –, opinion score ≈ –"
    assert network(CONNECTING, 59).plain == unknown
    assert network(with_figures(network=None, opinion_score=None), 59).plain == unknown
    nothing = replace(STATISTICS.network, packets_received=0, round_trip=None, jitter=None)  # type: ignore[type-var]
    assert network(with_figures(network=nothing), 59).plain == (
        "round trip –, jitter –, loss –, score ≈ 4.4"
    )


def test_loss_is_a_share_of_what_was_to_come() -> None:
    lossy = replace(STATISTICS.network, packets_received=95, packets_lost=5)  # type: ignore[type-var]
    assert "loss 5.0 %" in network(with_figures(network=lossy), 59).plain
