import time
from types import SimpleNamespace

import pytest

from aicall_cli.cli.checks.finding import State
from aicall_cli.cli.checks.timing import check_clock, check_timer, judge_lateness


def test_this_machines_clock_is_precise() -> None:
    finding = check_clock()
    assert finding.state is State.OK
    assert finding.figures["monotonic"] is True


@pytest.mark.parametrize(("resolution", "monotonic"), [(0.0156, True), (1e-9, False)])
def test_a_clock_in_large_steps_is_a_note(
    monkeypatch: pytest.MonkeyPatch, resolution: float, monotonic: bool
) -> None:
    clock = SimpleNamespace(implementation="ticks", resolution=resolution, monotonic=monotonic)
    monkeypatch.setattr(time, "get_clock_info", lambda _: clock)
    assert check_clock().state is State.NOTE


@pytest.mark.real_time
async def test_ticks_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aicall_cli.cli.checks.timing.TICKING_SECONDS", 0.1)
    finding = await check_timer()
    assert finding.state in (State.OK, State.NOTE)
    assert finding.figures["lateness_max_ms"] is not None


@pytest.mark.parametrize(
    ("lateness", "skipped", "state", "message"),
    [
        (
            (0.0001, 0.0011, 0.002),
            0,
            State.OK,
            "ticks 0.1 ms late at the median, 1.1 ms at the 99th percentile",
        ),
        ((0.0001, 0.006, 0.02), 0, State.NOTE, "6 ms at the 99th percentile"),
        ((0.0001, 0.001, 0.2), 3, State.NOTE, "3 skipped"),
        ((None, None, None), 0, State.BROKEN, "no tick came"),
    ],
)
def test_lateness_is_judged(
    lateness: tuple[float | None, float | None, float | None],
    skipped: int,
    state: State,
    message: str,
) -> None:
    finding = judge_lateness(*lateness, skipped)
    assert finding.state is state
    assert message in finding.message
    assert (finding.advice is None) == (state is State.OK)
