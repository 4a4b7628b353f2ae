import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.audio.fade import FADE_SAMPLES
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.audio.playout_buffer import (
    FIRST_TARGET,
    HYSTERESIS,
    MAX_REORDER_WAIT,
    MAX_TARGET,
    MIN_REORDER_WAIT,
    MIN_TARGET,
    PlayoutBuffer,
)
from tests.audio.playout_trace import AMPLITUDE, TONE_STEP, Seconds, Trace, play

LONGEST = TICK_SECONDS + HYSTERESIS
"""How much longer than the target the delay may stay."""
SETTLED = round(5 / TICK_SECONDS)
"""Ticks after which the delay has come to where it stays."""
NO_CLICK = 3 * TONE_STEP
"""A fade adds its own slope to the tone's, and a mirrored end has the opposite one."""


def loud(value: int, samples: int = TICK_SAMPLES) -> Pcm:
    return np.full(samples, value, np.int16)


def started(value: int = 5_000, frames: int = 10) -> tuple[PlayoutBuffer, float]:
    """Return a buffer in the middle of so many loud frames, and the time of its next pull."""
    buffer = PlayoutBuffer()
    for number in range(frames):
        buffer.push(loud(value), number * TICK_SAMPLES, 0.0 + number * TICK_SECONDS)
    buffer.pull(TICK_SAMPLES, FIRST_TARGET)
    return buffer, FIRST_TARGET + TICK_SECONDS


# --- one step at a time ----------------------------------------------------------------------


def test_an_empty_buffer_plays_silence() -> None:
    buffer = PlayoutBuffer()
    assert np.array_equal(buffer.pull(TICK_SAMPLES, 1.0), np.zeros(TICK_SAMPLES, np.int16))
    assert buffer.statistics.delay is None
    assert buffer.statistics.underruns == 0
    assert buffer.queued == 0.0


def test_the_first_frame_is_played_when_it_is_old_enough() -> None:
    buffer = PlayoutBuffer()
    buffer.push(loud(5_000), 1_234_567, 10.0)
    assert not buffer.pull(TICK_SAMPLES, 10.0 + FIRST_TARGET - 0.001).any()
    played = buffer.pull(TICK_SAMPLES, 10.0 + FIRST_TARGET)
    assert np.array_equal(played[FADE_SAMPLES:], loud(5_000)[FADE_SAMPLES:])
    assert abs(int(played[0])) < 10  # from silence: no click
    assert buffer.statistics.delay == pytest.approx(FIRST_TARGET)


def test_an_empty_frame_is_no_frame() -> None:
    buffer = PlayoutBuffer()
    buffer.push(loud(1, 0), 0, 0.0)
    assert not buffer.pull(TICK_SAMPLES, 1.0).any()
    assert buffer.statistics.delay is None


def test_where_nothing_came_the_sound_trails_off_and_goes_on_later() -> None:
    buffer, now = started(frames=1)
    gap = buffer.pull(TICK_SAMPLES, now)
    assert gap[0] > 4_900
    assert not gap[FADE_SAMPLES:].any()
    assert not buffer.pull(TICK_SAMPLES, now + TICK_SECONDS).any()
    assert buffer.statistics.underruns == 1
    assert buffer.statistics.stretched == pytest.approx(2 * TICK_SECONDS)
    # Late as it is it is old enough at once, and nothing of it is left out.
    buffer.push(loud(5_000), TICK_SAMPLES, now + 2 * TICK_SECONDS)
    assert np.array_equal(
        buffer.pull(TICK_SAMPLES, now + 2 * TICK_SECONDS)[FADE_SAMPLES:],
        loud(5_000)[FADE_SAMPLES:],
    )


def test_the_end_of_silence_is_no_underrun() -> None:
    buffer, now = started(value=50, frames=1)
    buffer.pull(TICK_SAMPLES, now)
    assert buffer.statistics.underruns == 0


def test_silence_that_was_not_sent_is_as_long_as_it_was() -> None:
    buffer, now = started(frames=2)
    skipped = 5
    for number in (0, 1):
        at = (2 + skipped + number) * TICK_SECONDS
        buffer.push(loud(7_000), round(at * SAMPLE_RATE), at)
    played = [buffer.pull(TICK_SAMPLES, now + n * TICK_SECONDS) for n in range(2 + skipped)]
    assert np.array_equal(played[0], loud(5_000))
    assert all(not pcm[FADE_SAMPLES:].any() for pcm in played[1 : 1 + skipped])
    assert played[1 + skipped][-1] == 7_000
    assert buffer.statistics.underruns == 0


def test_a_flush_drops_everything_and_what_comes_next_begins_from_silence() -> None:
    buffer, now = started(frames=10)
    queued = buffer.queued
    buffer.flush()
    assert buffer.queued == 0.0
    assert buffer.statistics.flushed == pytest.approx(queued)
    assert not buffer.pull(TICK_SAMPLES, now).any()
    assert buffer.statistics.underruns == 0  # it was wanted
    buffer.push(loud(7_000), 10 * TICK_SAMPLES, 10 * TICK_SECONDS)
    played = buffer.pull(TICK_SAMPLES, 10 * TICK_SECONDS + FIRST_TARGET)
    assert abs(int(played[0])) < 10
    assert played[-1] == 7_000


def test_a_full_buffer_loses_its_oldest_audio() -> None:
    buffer = PlayoutBuffer(capacity=0.1)
    for number in range(50):
        buffer.push(loud(number * 100), number * TICK_SAMPLES, number * 0.001)
    assert buffer.queued == pytest.approx(0.1)
    assert buffer.statistics.overflowed == pytest.approx(45 * TICK_SECONDS)
    assert buffer.pull(TICK_SAMPLES, 10.0)[-1] == 4_500


def test_overflowing_in_the_middle_of_the_sound_does_not_click() -> None:
    buffer = PlayoutBuffer(capacity=0.1)
    trace = Trace(seconds=2.0, lateness=lambda frames: np.full(frames, -1.0), pause=0.0)
    played = play(trace, buffer)
    assert buffer.statistics.overflowed > 0.5
    assert played.largest_step() <= NO_CLICK


def test_one_frame_beyond_the_capacity_is_kept() -> None:
    buffer = PlayoutBuffer(capacity=0.01)
    buffer.push(loud(5_000), 0, 0.0)
    assert buffer.queued == TICK_SECONDS


def test_a_quiet_rest_of_a_frame_does_not_make_each_pull_wait_for_two() -> None:
    buffer = PlayoutBuffer()
    buffer.push(loud(0, 1_440), 0, 0.0)
    buffer.push(loud(0), 1_440, 0.03)
    buffer.pull(TICK_SAMPLES, 1.0)
    buffer.pull(TICK_SAMPLES, 1.0 + TICK_SECONDS)
    assert buffer.queued == 0.0
    assert buffer.statistics.shrunk == pytest.approx(0.01)


def test_the_wait_for_missing_packets_follows_what_was_received() -> None:
    buffer = PlayoutBuffer()
    assert buffer.reorder_wait == MIN_REORDER_WAIT
    for number in range(50):
        buffer.push(loud(0), number * TICK_SAMPLES, number * TICK_SECONDS + 0.1 * (number % 2))
    assert buffer.reorder_wait == pytest.approx(0.1 - TICK_SECONDS)
    for number in range(50, 100):
        buffer.push(loud(0), number * TICK_SAMPLES, number * TICK_SECONDS + 0.5 * (number % 2))
    assert buffer.reorder_wait == MAX_REORDER_WAIT
    assert buffer.target == MAX_TARGET


def test_given_up_packets_raise_the_target_but_never_the_wait() -> None:
    buffer = PlayoutBuffer()
    for number in range(200):
        missing = number % 10 == 0
        at = number * TICK_SECONDS + (0.04 if missing else 0.0)
        buffer.push(loud(0), number * TICK_SAMPLES, at, received=not missing)
    assert buffer.reorder_wait == MIN_REORDER_WAIT
    assert 0.04 < buffer.target < 0.05


# --- whole calls -----------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [0.0, 0.0001, 0.007, 0.0199])
@pytest.mark.parametrize("frame", [480, 960, 1_920, 2_880])
def test_without_jitter_the_delay_is_as_short_as_the_ticks_allow(phase: float, frame: int) -> None:
    played = play(Trace(phase=phase, frame=frame))
    assert played.buffer.target == MIN_TARGET
    settled = played.delay[SETTLED:]
    assert MIN_TARGET - 1e-6 <= min(settled)
    assert max(settled) <= MIN_TARGET + LONGEST
    assert max(settled) - min(settled) < 1e-6
    assert played.buffer.statistics.underruns == 0
    assert played.largest_step() <= NO_CLICK


def uniform(longest: float, seed: int) -> "Trace":
    random = np.random.default_rng(seed)
    return Trace(lateness=lambda frames: random.uniform(0.0, longest, frames))


@pytest.mark.parametrize("longest", [0.01, 0.03, 0.06, 0.12, 0.18])
def test_under_jitter_the_delay_is_what_the_jitter_needs(longest: float) -> None:
    played = play(uniform(longest, seed=1))
    before = play(Trace(lateness=uniform(longest, seed=1).lateness, seconds=5)).buffer
    statistics = played.buffer.statistics
    assert statistics.underruns - before.statistics.underruns <= 1
    assert longest * 0.8 <= played.buffer.target <= min(longest + 0.02, MAX_TARGET) + 0.01
    assert np.mean(played.delay[SETTLED:]) <= played.buffer.target + LONGEST
    assert played.largest_step() <= NO_CLICK


@pytest.mark.parametrize("drift", [200e-6, -200e-6])
def test_a_drifting_sender_never_becomes_delay(drift: float) -> None:
    played = play(Trace(seconds=300.0, drift=drift))
    assert played.buffer.statistics.underruns == 0
    minute = round(60 / TICK_SECONDS)
    first, last = played.queued[minute : 2 * minute], played.queued[-minute:]
    assert abs(np.mean(first) - np.mean(last)) <= TICK_SECONDS
    assert max(played.delay[SETTLED:]) <= MIN_TARGET + LONGEST + 0.002
    assert played.largest_step() <= NO_CLICK


def test_a_delay_spike_is_heard_once_and_taken_back_in_the_next_silence() -> None:
    def spike(frames: int) -> Seconds:
        late = np.zeros(frames)
        late[310] = 0.3  # 200 ms into the third stretch of talk; those behind it come with it
        return late

    trace = Trace(lateness=spike)
    played = play(trace)
    statistics = played.buffer.statistics
    assert statistics.underruns == 1
    assert max(played.delay) == pytest.approx(0.3, abs=0.03)
    assert np.mean(played.delay[-SETTLED:]) <= MIN_TARGET + LONGEST + 0.001
    # Nothing of what was said is missing.
    assert loudness(played.joined()) == pytest.approx(loudness(trace.said()), rel=0.01)
    assert played.largest_step() <= NO_CLICK


def loudness(pcm: Pcm) -> float:
    return float(np.abs(pcm.astype(np.float64)).sum())


def test_a_sender_without_silence_is_played_from_its_timestamps() -> None:
    """Discontinuous transmission: the pauses are not sent at all."""
    trace = Trace(seconds=10.0)
    buffer = PlayoutBuffer()
    said, out = trace.said(), []
    for tick in range(trace.frames):
        now = tick * TICK_SECONDS + 0.003
        frame = said[tick * TICK_SAMPLES : (tick + 1) * TICK_SAMPLES]
        if frame.any():
            buffer.push(frame, tick * TICK_SAMPLES, tick * TICK_SECONDS)
        out.append(buffer.pull(TICK_SAMPLES, now))
    played = np.concatenate(out)
    onsets = [np.flatnonzero(np.abs(pcm) > AMPLITUDE / 2) for pcm in (said, played)]
    starts = [np.flatnonzero(np.diff(onset) > SAMPLE_RATE // 10) for onset in onsets]
    assert len(starts[0]) == len(starts[1]) == 3
    pauses = [
        np.diff(onset)[start] / SAMPLE_RATE for onset, start in zip(onsets, starts, strict=True)
    ]
    assert np.max(np.abs(pauses[0] - pauses[1])) <= 2 * TICK_SECONDS


# --- whatever happens ------------------------------------------------------------------------

steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("push"),
            st.sampled_from([120, 480, 960, 1_920, 2_880, 5_760]),
            st.sampled_from([0, 0, 0, 960, 48_000]),  # what the timestamp leaps over
            st.booleans(),
        ),
        st.tuples(st.just("pull"), st.sampled_from([480, 960]), st.just(0), st.just(False)),
        st.tuples(st.just("wait"), st.integers(0, 100), st.just(0), st.just(False)),
        st.tuples(st.just("flush"), st.just(0), st.just(0), st.just(False)),
    ),
    max_size=200,
)


@given(steps)
def test_whatever_happens_nothing_is_made_up_and_every_sample_is_accounted_for(
    script: list[tuple[str, int, int, bool]],
) -> None:
    buffer = PlayoutBuffer(capacity=1.0)
    now, timestamp, pushed, pulled, voice = 0.0, 0, 0, 0, 0
    out: list[Pcm] = []
    for step, number, leap, silent in script:
        if step == "push":
            voice = voice % 60 + 1
            timestamp += leap
            buffer.push(loud(0 if silent else 500 * voice, number), timestamp, now)
            timestamp += number
            pushed += number
        elif step == "pull":
            pcm = buffer.pull(number, now)
            assert pcm.dtype == np.int16
            assert len(pcm) == number
            out.append(pcm)
            pulled += number
            now += number / SAMPLE_RATE
        elif step == "wait":
            now += number / 1000
        else:
            buffer.flush()
    statistics = buffer.statistics
    assert MIN_TARGET <= buffer.target <= MAX_TARGET
    left = statistics.shrunk + statistics.flushed + statistics.overflowed + buffer.queued
    played = pulled / SAMPLE_RATE - statistics.stretched
    assert played + left == pytest.approx(pushed / SAMPLE_RATE)
    assert buffer.queued <= 1.0 + 5_760 / SAMPLE_RATE
    if out:
        assert int(np.concatenate(out).max()) <= 500 * 60


@settings(max_examples=30)
@given(
    st.lists(st.floats(0.0, 0.25), min_size=50, max_size=150),
    st.floats(0.0, 0.02),
    st.sampled_from([480, 960, 2_880]),
)
def test_no_jitter_makes_a_click_or_takes_a_word_away(
    lateness: list[float], phase: float, frame: int
) -> None:
    trace = Trace(
        seconds=len(lateness) * frame / SAMPLE_RATE,
        frame=frame,
        lateness=lambda _: np.array(lateness),
        phase=phase,
        talk=0.3,
        pause=0.2,
    )
    buffer = PlayoutBuffer()
    played = play(trace, buffer)
    assert played.largest_step() <= NO_CLICK
    # Each underrun takes and gives some of a fade, but no frame is missing or there twice.
    fades = (buffer.statistics.underruns + 2) * 2 * FADE_SAMPLES * AMPLITUDE
    assert abs(loudness(played.joined()) - loudness(trace.said())) <= fades + 1
