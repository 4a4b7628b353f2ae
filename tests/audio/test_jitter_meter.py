import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS
from aicall_cli.audio.jitter_meter import (
    JUMP_SECONDS,
    SHARE,
    WINDOW_PACKETS,
    WINDOW_SECONDS,
    JitterMeter,
)

DELAY = 0.05
"""What the way takes at its quickest, and the difference of the clocks."""


def fed(lateness: list[float], *, first: int = 0, meter: JitterMeter | None = None) -> JitterMeter:
    """Return a meter that has seen a packet every 20 ms, late by so much."""
    meter = JitterMeter() if meter is None else meter
    for number, late in enumerate(lateness, first):
        meter.add(number * TICK_SAMPLES, DELAY + number * TICK_SECONDS + late)
    return meter


def test_before_the_first_packet_nothing_is_known() -> None:
    meter = JitterMeter()
    assert meter.base is None
    assert meter.lateness == 0.0
    assert meter.packets == 0


def test_packets_in_time_are_not_late() -> None:
    meter = fed([0.0] * 100)
    assert meter.base == pytest.approx(DELAY)
    assert meter.lateness == pytest.approx(0.0, abs=1e-9)


def test_the_first_packet_may_be_at_the_origin_of_both_clocks() -> None:
    meter = JitterMeter()
    meter.add(0, 0.0)
    assert meter.base == 0.0
    assert meter.packets == 1


def test_a_single_late_packet_counts_until_there_are_enough_others() -> None:
    assert fed([0.1, *[0.0] * 10]).lateness == pytest.approx(0.1)
    assert fed([0.1, *[0.0] * 120]).lateness == pytest.approx(0.0, abs=1e-9)


def test_lateness_covers_nearly_all_packets() -> None:
    random = np.random.default_rng(1)
    late = random.uniform(0.0, 0.1, WINDOW_PACKETS)
    meter = fed(list(late))
    assert np.mean(late <= meter.lateness + 0.002) >= SHARE
    assert meter.lateness == pytest.approx(0.098, abs=0.004)


def test_a_rise_shows_at_once_and_a_bad_stretch_is_forgotten() -> None:
    meter = fed([0.0] * 200)
    fed([0.08] * 5, first=200, meter=meter)
    assert meter.lateness == pytest.approx(0.08)
    fed([0.0] * (WINDOW_PACKETS + 10), first=205, meter=meter)
    assert meter.lateness == pytest.approx(0.0, abs=1e-9)


def test_after_a_pause_only_the_new_packets_count() -> None:
    meter = fed([0.08] * 20)
    pause = round(WINDOW_SECONDS / TICK_SECONDS) + 40
    fed([0.0] * 10, first=pause, meter=meter)
    assert meter.packets == 10
    assert meter.lateness == pytest.approx(0.0, abs=1e-9)


def test_another_clock_is_no_lateness() -> None:
    meter = fed([0.0] * 100)
    fed([JUMP_SECONDS + 1.0] * 2, first=100, meter=meter)
    assert meter.lateness == pytest.approx(0.0, abs=1e-9)
    assert meter.base == pytest.approx(DELAY + JUMP_SECONDS + 1.0)
    assert meter.packets == 2
    fed([-JUMP_SECONDS] * 2, first=102, meter=meter)
    assert meter.base == pytest.approx(DELAY - JUMP_SECONDS)


@pytest.mark.parametrize("drift", [200e-6, -200e-6])
def test_a_drifting_clock_is_followed(drift: float) -> None:
    meter = JitterMeter()
    packets = 30_000
    for number in range(packets):
        meter.add(number * TICK_SAMPLES, DELAY + number * TICK_SECONDS * (1 + drift))
    assert meter.lateness <= WINDOW_SECONDS * 200e-6 + 1e-9
    assert meter.base is not None
    expected = DELAY + packets * TICK_SECONDS * drift
    assert meter.base == pytest.approx(expected, abs=WINDOW_SECONDS * 250e-6)


@given(
    st.lists(
        st.tuples(st.integers(0, 2**40), st.floats(0, 1e6, allow_nan=False)),
        min_size=1,
        max_size=600,
    )
)
def test_whatever_comes_the_figures_make_sense(packets: list[tuple[int, float]]) -> None:
    meter = JitterMeter()
    arrival = 0.0
    for timestamp, arrival in packets:
        meter.add(timestamp, arrival)
        assert meter.base is not None
        assert meter.base <= arrival - timestamp / SAMPLE_RATE
        assert meter.lateness >= 0.0
        assert 0 < meter.packets <= WINDOW_PACKETS
