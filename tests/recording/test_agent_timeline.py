from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES
from aicall_cli.recording.agent_timeline import (
    LIMIT_SAMPLES,
    PAUSE_SAMPLES,
    TOLERANCE_SAMPLES,
    AgentTimeline,
)

BEGAN = 1000.0
FIRST_TIMESTAMP = 5_000_000


@dataclass(frozen=True)
class Frame:
    timestamp: int
    arrival: int  # samples since the call began
    silent: bool = False


def _place(timeline: AgentTimeline, frame: Frame) -> int:
    return timeline.place(
        samples=TICK_SAMPLES,
        timestamp=frame.timestamp,
        arrival=BEGAN + frame.arrival / SAMPLE_RATE,
        silent=frame.silent,
    )


def _spurt(first: int, arrivals: list[int], *, silent: bool = False) -> list[Frame]:
    return [
        Frame(FIRST_TIMESTAMP + first + n * TICK_SAMPLES, arrival, silent)
        for n, arrival in enumerate(arrivals)
    ]


_JITTER = st.lists(st.integers(0, TOLERANCE_SAMPLES // 2), min_size=1, max_size=200)


@given(st.integers(0, 10**9), _JITTER, st.data())
def test_jitter_within_the_tolerance_never_moves_a_frame(
    start: int, jitter: list[int], data: st.DataObject
) -> None:
    arrivals = [start + n * TICK_SAMPLES + late for n, late in enumerate(jitter)]
    silent = data.draw(st.lists(st.booleans(), min_size=len(jitter), max_size=len(jitter)))
    timeline = AgentTimeline(BEGAN)
    places = [
        _place(timeline, Frame(frame.timestamp, frame.arrival, quiet))
        for frame, quiet in zip(_spurt(0, arrivals), silent, strict=True)
    ]
    assert places == [arrivals[0] + n * TICK_SAMPLES for n in range(len(jitter))]
    assert timeline.reanchored == 0


@given(st.lists(st.integers(0, LIMIT_SAMPLES), min_size=1, max_size=100))
def test_the_waveform_of_a_spurt_is_never_torn(delays: list[int]) -> None:
    """However late each frame is, up to the limit, a run of voice is placed by timestamp."""
    arrivals = [n * TICK_SAMPLES + late for n, late in enumerate([0, *delays])]
    timeline = AgentTimeline(BEGAN)
    places = [_place(timeline, frame) for frame in _spurt(0, arrivals)]
    assert places == [n * TICK_SAMPLES for n in range(len(arrivals))]


_FRAMES = st.lists(
    st.builds(
        Frame,
        timestamp=st.one_of(st.integers(0, 2**40), st.integers(0, 3 * SAMPLE_RATE)),
        arrival=st.integers(0, 10 * SAMPLE_RATE),
        silent=st.booleans(),
    ),
    max_size=60,
)


@given(_FRAMES)
def test_no_sender_can_place_a_frame_far_from_its_arrival(frames: list[Frame]) -> None:
    timeline = AgentTimeline(BEGAN)
    for frame in frames:
        error = abs(_place(timeline, frame) - frame.arrival)
        # One sample for the arrival's rounding.
        assert error <= (TOLERANCE_SAMPLES if frame.silent else LIMIT_SAMPLES) + 1
    assert timeline.forced <= timeline.reanchored < max(len(frames), 1)


def test_the_first_frame_is_placed_at_its_arrival() -> None:
    assert _place(AgentTimeline(BEGAN), Frame(FIRST_TIMESTAMP, 12_345)) == 12_345


def test_what_arrived_before_the_call_began_has_a_negative_position() -> None:
    assert _place(AgentTimeline(BEGAN), Frame(0, -480)) == -480


def test_a_difference_is_kept_while_the_agent_speaks_and_ends_in_silence() -> None:
    timeline = AgentTimeline(BEGAN)
    drift = TOLERANCE_SAMPLES + 500
    speaking = Frame(FIRST_TIMESTAMP + TICK_SAMPLES, TICK_SAMPLES + drift)
    silent = Frame(FIRST_TIMESTAMP + 2 * TICK_SAMPLES, 2 * TICK_SAMPLES + drift, silent=True)
    following = Frame(FIRST_TIMESTAMP + 3 * TICK_SAMPLES, 3 * TICK_SAMPLES + drift)

    assert _place(timeline, Frame(FIRST_TIMESTAMP, 0)) == 0
    assert _place(timeline, speaking) == TICK_SAMPLES
    assert _place(timeline, silent) == 2 * TICK_SAMPLES + drift
    assert _place(timeline, following) == 3 * TICK_SAMPLES + drift
    assert (timeline.reanchored, timeline.forced) == (1, 0)


def test_a_sender_that_counts_its_pauses_is_placed_by_timestamp_after_them() -> None:
    timeline = AgentTimeline(BEGAN)
    pause = 5 * PAUSE_SAMPLES
    _place(timeline, Frame(FIRST_TIMESTAMP, 0))
    late = 300
    assert _place(timeline, Frame(FIRST_TIMESTAMP + pause, pause + late)) == pause
    assert timeline.reanchored == 0


def test_a_spurt_after_a_jump_of_the_timestamps_begins_at_its_arrival() -> None:
    for jump in (2**31, 3 * PAUSE_SAMPLES, -FIRST_TIMESTAMP):
        timeline = AgentTimeline(BEGAN)
        _place(timeline, Frame(FIRST_TIMESTAMP, 0))
        assert _place(timeline, Frame(FIRST_TIMESTAMP + jump, 9600)) == 9600
        assert (timeline.reanchored, timeline.forced) == (1, 0)


def test_timestamps_that_stand_still_over_a_long_pause_are_corrected_by_force() -> None:
    timeline = AgentTimeline(BEGAN)
    _place(timeline, Frame(FIRST_TIMESTAMP, 0))
    arrival = LIMIT_SAMPLES + 2 * TICK_SAMPLES
    assert _place(timeline, Frame(FIRST_TIMESTAMP + TICK_SAMPLES, arrival)) == arrival
    assert (timeline.reanchored, timeline.forced) == (1, 1)
