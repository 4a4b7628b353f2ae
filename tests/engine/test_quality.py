import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.enums import NetworkQuality
from aicall_cli.engine.quality import (
    DEFAULT_R,
    OPUS,
    Equipment,
    delay_impairment,
    effective_impairment,
    mos,
    network_quality,
    one_way_delay,
    r_factor,
    steady_quality,
)


@pytest.mark.parametrize(
    ("r", "score"),
    # G.107 annex B, table B.1, and the score of the default R.
    [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (DEFAULT_R, 4.41)],
)
def test_the_relation_of_r_and_the_opinion_score(r: float, score: float) -> None:
    assert mos(r) == pytest.approx(score, abs=0.007)  # B.1 has 4.03 for 4.024


def test_the_ends_of_the_scale() -> None:
    assert mos(-5) == mos(0) == mos(3) == 1.0
    assert mos(100) == mos(120) == 4.5


@pytest.mark.parametrize(
    ("codec", "loss", "impairment"),
    [
        # G.113 appendix I: Ie without loss is Ie, and Ie,eff follows G.107 §7.6.
        (Equipment(11, 19), 0.0, 11.0),  # G.729A
        (Equipment(11, 19), 0.02, 19.0),
        (Equipment(0, 4.3), 0.01, 17.925),  # G.711 without concealment
        (OPUS, 0.0, 0.0),
        (OPUS, 0.03, 10.142),
        (OPUS, 1.0, 75.939),
        (OPUS, 7.0, 75.939),
        (OPUS, -1.0, 0.0),
    ],
)
def test_the_impairment_by_loss(codec: Equipment, loss: float, impairment: float) -> None:
    assert effective_impairment(loss, codec) == pytest.approx(impairment, abs=0.001)


@pytest.mark.parametrize(
    ("delay", "impairment"),
    # Idd worked out by hand: X = log2(Ta / 100 ms) is 0, 1, 2 and 3; it tends to 50.
    [(0.0, 0.0), (0.1, 0.0), (0.2, 3.044), (0.4, 24.07), (0.8, 40.83), (1e12, 50.0)],
)
def test_the_impairment_by_delay(delay: float, impairment: float) -> None:
    assert delay_impairment(delay) == pytest.approx(impairment, abs=0.005)


def test_a_perfect_call() -> None:
    assert r_factor(0.05, 0.0) == DEFAULT_R
    assert mos(r_factor(0.05, 0.0)) == pytest.approx(4.41, abs=0.005)


def test_r_is_not_negative() -> None:
    assert r_factor(100.0, 1.0) == 0.0


def test_what_is_not_known_is_not_estimated() -> None:
    assert r_factor(None, 0.0) is None
    assert r_factor(0.05, None) is None
    assert mos(None) is None


@given(st.floats(0, 5), st.floats(0, 1), st.floats(0, 1))
def test_more_loss_and_more_delay_never_sound_better(
    delay: float, loss: float, more: float
) -> None:
    base, lossy, late = (
        r_factor(delay, loss),
        r_factor(delay, loss + more),
        r_factor(delay + more, loss),
    )
    assert base is not None
    assert lossy is not None
    assert late is not None
    assert lossy <= base
    assert late <= base + 1e-9
    scores = [mos(r) for r in (base, lossy, late)]
    assert all(score is not None and 1.0 <= score <= 4.5 for score in scores)


@pytest.mark.parametrize(
    ("r", "quality"),
    [
        (DEFAULT_R, NetworkQuality.EXCELLENT),
        (90, NetworkQuality.EXCELLENT),
        (89.9, NetworkQuality.GOOD),
        (80, NetworkQuality.GOOD),
        (70, NetworkQuality.POOR),
        (60, NetworkQuality.BAD),
        (59.9, NetworkQuality.VERY_BAD),
        (0, NetworkQuality.VERY_BAD),
        (None, NetworkQuality.UNKNOWN),
    ],
)
def test_the_quality_of_a_network_by_r(r: float | None, quality: NetworkQuality) -> None:
    assert network_quality(r) is quality


@pytest.mark.parametrize(
    ("before", "r", "after"),
    [
        (NetworkQuality.EXCELLENT, 89.1, NetworkQuality.EXCELLENT),
        (NetworkQuality.EXCELLENT, 88.9, NetworkQuality.GOOD),
        (NetworkQuality.EXCELLENT, 20.0, NetworkQuality.VERY_BAD),
        (NetworkQuality.GOOD, 90.9, NetworkQuality.GOOD),
        (NetworkQuality.GOOD, 91.0, NetworkQuality.EXCELLENT),
        (NetworkQuality.VERY_BAD, 69.5, NetworkQuality.BAD),
        (NetworkQuality.EXCELLENT, 69.5, NetworkQuality.POOR),
        (NetworkQuality.UNKNOWN, 89.9, NetworkQuality.GOOD),
        (NetworkQuality.DISCONNECTED, 89.9, NetworkQuality.GOOD),
        (NetworkQuality.GOOD, None, NetworkQuality.UNKNOWN),
    ],
)
def test_a_quality_changes_only_past_a_boundary(
    before: NetworkQuality, r: float | None, after: NetworkQuality
) -> None:
    assert steady_quality(before, r) is after


def test_the_way_is_half_the_round_trip_both_ends_and_the_wait_for_the_late() -> None:
    assert one_way_delay(0.1) == pytest.approx(0.110)
    assert one_way_delay(0.1, 0.02) == pytest.approx(0.150)
    assert one_way_delay(None) is None
    assert one_way_delay(0.1, None) is None
