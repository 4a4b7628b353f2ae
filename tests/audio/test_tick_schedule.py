import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.tick_schedule import Due, TickSchedule

PERIOD = 0.020


def test_nothing_is_due_before_the_start() -> None:
    schedule = TickSchedule(100.0)
    assert schedule.next_time == 100.0
    assert schedule.due(99.999) == Due(0, 0, 0.0)
    assert schedule.position == 0


def test_the_first_tick_is_due_at_the_start() -> None:
    schedule = TickSchedule(100.0)
    assert schedule.due(100.0) == Due(1, 0, 0.0)
    assert schedule.next_time == pytest.approx(100.020)


def test_a_tick_is_given_once() -> None:
    schedule = TickSchedule(100.0)
    schedule.due(100.005)
    assert schedule.due(100.005) == Due(0, 0, 0.0)


def test_lateness_is_that_of_the_oldest_tick() -> None:
    schedule = TickSchedule(100.0)
    due = schedule.due(100.025)
    assert (due.send, due.skip) == (2, 0)
    assert due.lateness == pytest.approx(0.025)


def test_a_late_wake_up_does_not_delay_the_next_tick() -> None:
    schedule = TickSchedule(100.0)
    schedule.due(100.019)
    assert schedule.next_time == pytest.approx(100.020)


@pytest.mark.parametrize(
    ("late_ticks", "send", "skip"), [(1, 1, 0), (2, 2, 0), (3, 3, 0), (4, 3, 1), (500, 3, 497)]
)
def test_more_missed_ticks_than_a_burst_are_skipped(late_ticks: int, send: int, skip: int) -> None:
    schedule = TickSchedule(0.0)
    due = schedule.due((late_ticks - 1) * PERIOD + 0.001)
    assert (due.send, due.skip) == (send, skip)
    assert (schedule.sent, schedule.skipped, schedule.position) == (send, skip, late_ticks)


def test_the_burst_limit_can_be_another() -> None:
    assert TickSchedule(0.0, burst_limit=1).due(0.050) == Due(1, 2, 0.050)


def test_a_clock_that_steps_back_changes_nothing() -> None:
    schedule = TickSchedule(0.0)
    schedule.due(0.1)
    assert schedule.due(0.0) == Due(0, 0, 0.0)
    assert schedule.next_time == pytest.approx(0.120)


@pytest.mark.parametrize(("period", "burst_limit"), [(0.0, 3), (-1.0, 3), (0.02, 0)])
def test_an_impossible_schedule_is_refused(period: float, burst_limit: int) -> None:
    with pytest.raises(ValueError, match="no schedule"):
        TickSchedule(0.0, period, burst_limit)


starts = st.floats(-1e6, 1e9)
waits = st.one_of(st.floats(0, 0.1), st.floats(0, 30), st.just(0.0), st.just(PERIOD))


@given(starts, st.lists(waits, max_size=40))
def test_media_time_stays_within_one_tick_of_elapsed_time(
    start: float, pauses: list[float]
) -> None:
    schedule = TickSchedule(start)
    now = start
    for pause in pauses:
        now += pause
        before = schedule.position
        due = schedule.due(now)
        assert 0 <= due.send <= 3
        assert due.skip == 0 or due.send == 3
        assert due.lateness >= 0
        assert schedule.position == before + due.send + due.skip
        # Everything due is taken, nothing that is not due.
        assert start + (schedule.position - 1) * PERIOD <= now < schedule.next_time
    assert schedule.sent + schedule.skipped == schedule.position


@given(starts, st.integers(1, 200_000))
def test_waking_exactly_on_time_gives_exactly_one_tick(start: float, ticks: int) -> None:
    schedule = TickSchedule(start)
    schedule.due(start + ticks * PERIOD)
    for _ in range(5):
        assert schedule.due(schedule.next_time) == Due(1, 0, 0.0)
