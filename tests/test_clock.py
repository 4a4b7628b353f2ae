"""The clock that is injected everywhere, and the wall time that names recordings."""

from datetime import UTC, datetime, timedelta

from aicall_cli.clock import Clock, perf_clock, wall_time


def test_the_clock_never_runs_backwards() -> None:
    clock: Clock = perf_clock
    readings = [clock() for _ in range(1_000)]
    assert readings == sorted(readings)


def test_wall_time_knows_its_offset() -> None:
    now = wall_time()
    assert now.utcoffset() is not None
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
