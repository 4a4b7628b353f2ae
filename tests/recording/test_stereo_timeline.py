import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.recording.stereo_timeline import AGENT, CALLER, StereoTimeline
from tests.recording.stereo_wav import ramp

CAPACITY = 100


def test_holes_are_silence_and_the_sides_do_not_mix() -> None:
    timeline = StereoTimeline(CAPACITY)
    timeline.place(CALLER, 10, ramp(10, 5))
    timeline.place(AGENT, 20, ramp(20, 5))

    expected = np.zeros((25, 2), np.int16)
    expected[10:15, CALLER] = ramp(10, 5)
    expected[20:25, AGENT] = ramp(20, 5)
    assert np.array_equal(timeline.unwritten(), expected)


def test_a_late_block_makes_its_stretch_unwritten_again() -> None:
    timeline = StereoTimeline(CAPACITY)
    timeline.place(CALLER, 0, ramp(0, 50))
    timeline.mark_written()
    assert len(timeline.unwritten()) == 0

    timeline.place(AGENT, 30, ramp(30, 10))
    assert timeline.written == 30
    assert np.array_equal(timeline.unwritten()[:, CALLER], ramp(30, 20))
    assert np.array_equal(timeline.unwritten()[:10, AGENT], ramp(30, 10))


def test_what_comes_before_the_tail_is_counted_and_the_rest_kept() -> None:
    timeline = StereoTimeline(CAPACITY)
    timeline.place(CALLER, 0, ramp(0, 90))
    timeline.mark_written()
    assert timeline.advance(60) == 0

    timeline.place(AGENT, 50, ramp(50, 20))
    timeline.place(AGENT, 0, ramp(0, 20))
    timeline.place(CALLER, -5, ramp(0, 3))
    assert timeline.late == [3, 30]
    assert np.array_equal(timeline.unwritten()[:10, AGENT], ramp(60, 10))
    assert np.array_equal(timeline.unwritten()[:, CALLER], ramp(60, 30))


def test_advancing_past_the_end_says_how_much_silence_lies_between() -> None:
    timeline = StereoTimeline(CAPACITY)
    timeline.place(CALLER, 0, ramp(0, 10))
    timeline.mark_written()
    assert timeline.advance(1_000_000) == 1_000_000 - 10
    assert (timeline.base, timeline.written, timeline.end) == (1_000_000,) * 3
    timeline.place(AGENT, 1_000_010, ramp(0, 5))
    assert np.array_equal(timeline.unwritten()[:10], np.zeros((10, 2)))


def test_a_tail_never_goes_back() -> None:
    timeline = StereoTimeline(CAPACITY)
    assert timeline.advance(50) == 50
    assert timeline.advance(20) == 0
    assert timeline.base == 50


def test_misuse_is_a_broken_invariant() -> None:
    timeline = StereoTimeline(CAPACITY)
    with pytest.raises(AssertionError):
        timeline.place(CALLER, CAPACITY, ramp(0, 1))
    timeline.place(CALLER, 0, ramp(0, 1))
    with pytest.raises(AssertionError):
        timeline.advance(1)


_BLOCKS = st.lists(
    st.tuples(st.sampled_from([CALLER, AGENT]), st.integers(0, 400), st.integers(1, 40)),
    max_size=40,
)


@given(_BLOCKS, st.integers(0, 3))
def test_it_is_the_last_block_at_each_position_unless_it_was_late(
    blocks: list[tuple[int, int, int]], flush_every: int
) -> None:
    """Against a model: a big array that takes every block that is not late."""
    timeline = StereoTimeline(CAPACITY)
    disk = np.zeros((1000, 2), np.int16)
    model = np.zeros((1000, 2), np.int16)
    late = [0, 0]

    def flush() -> None:
        disk[timeline.written : timeline.end] = timeline.unwritten()
        timeline.mark_written()

    for number, (side, at, length) in enumerate(blocks):
        if not timeline.fits(at + length):
            flush()
            timeline.advance(at + length - CAPACITY // 2)
        pcm = ramp(at + number, length)
        start = max(at, timeline.base)
        late[side] += min(start - at, length)
        if start < at + length:
            model[start : at + length, side] = pcm[start - at :]
        timeline.place(side, at, pcm)
        if flush_every and number % flush_every == 0:
            flush()
    flush()
    assert np.array_equal(disk, model)
    assert timeline.late == late
