from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.rate_limit import RateLimit


def test_a_burst_passes_and_what_is_over_it_is_counted() -> None:
    limit = RateLimit(10.0, 3)
    assert [limit.allow(5.0) for _ in range(5)] == [True, True, True, False, False]
    assert limit.refused == 2


def test_time_gives_room_again_but_never_more_than_a_burst() -> None:
    limit = RateLimit(8.0, 3)
    for _ in range(3):
        limit.allow(5.0)
    assert limit.allow(5.125)
    assert not limit.allow(5.125)
    assert sum(limit.allow(1000.0) for _ in range(10)) == 3


def test_what_costs_more_than_there_is_costs_nothing() -> None:
    limit = RateLimit(1.0, 2.0)
    assert not limit.allow(0.0, 2.5)
    assert limit.allow(0.0, 1.5)
    assert limit.allow(0.0, 0.5)
    assert not limit.allow(0.0, 0.25)
    assert limit.refused == 2


@given(st.lists(st.floats(0.0, 0.5), max_size=200))
def test_in_the_long_run_the_rate_holds(pauses: list[float]) -> None:
    limit = RateLimit(10.0, 5)
    now = allowed = 0.0
    for pause in pauses:
        now += pause
        allowed += limit.allow(now)
    assert allowed <= 5 + 10 * now + 1e-6
