from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.rtc.lateness import LatenessHistogram


def test_nothing_is_known_before_the_first_tick() -> None:
    histogram = LatenessHistogram()
    assert histogram.max is None
    assert histogram.percentile(0.99) is None


def test_percentiles_name_the_bin_that_holds_them() -> None:
    histogram = LatenessHistogram()
    for _ in range(98):
        histogram.add(0.000_1)
    histogram.add(0.005)
    histogram.add(0.050)
    assert histogram.percentile(0.5) is not None
    assert abs(histogram.percentile(0.5) - 0.000_1) < 0.000_03  # type: ignore[operator]
    assert abs(histogram.percentile(0.99) - 0.005) < 0.000_03  # type: ignore[operator]
    assert histogram.percentile(1.0) == histogram.max == 0.050


def test_an_early_tick_counts_as_on_time() -> None:
    histogram = LatenessHistogram()
    histogram.add(-0.01)
    assert histogram.max == 0.0
    assert histogram.percentile(0.5) == 0.0


@given(st.lists(st.floats(0, 10, allow_nan=False), min_size=1), st.floats(0, 1))
def test_no_percentile_exceeds_the_maximum(values: list[float], fraction: float) -> None:
    histogram = LatenessHistogram()
    for value in values:
        histogram.add(value)
    percentile = histogram.percentile(fraction)
    assert percentile is not None
    assert 0 <= percentile <= max(values)
