from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.tui.keyboard.key_event import KeyKind
from aicall_cli.tui.keyboard.talk_key import (
    REPEAT_DELAY_SECONDS,
    REPEAT_GAP_SECONDS,
    TAP_SECONDS,
    TalkKey,
    TalkMode,
    TalkSignal,
)

PRESS, REPEAT, RELEASE = KeyKind.PRESS, KeyKind.REPEAT, KeyKind.RELEASE
START, FINISH = TalkSignal.START, TalkSignal.FINISH
HOLD, TOGGLE = TalkMode.HOLD, TalkMode.TOGGLE


def test_a_key_that_is_held_talks_until_it_is_let_go() -> None:
    key = TalkKey(HOLD)
    assert key.key(PRESS, 1.0) is START
    assert (key.talking, key.latched) == (True, False)
    assert key.key(REPEAT, 1.5) is None
    assert key.key(RELEASE, 1.0 + TAP_SECONDS) is FINISH
    assert not key.talking


def test_a_tap_latches_until_the_next_press() -> None:
    key = TalkKey(HOLD)
    assert key.key(PRESS, 1.0) is START
    assert key.key(RELEASE, 1.0 + TAP_SECONDS - 0.01) is None
    assert (key.talking, key.latched) == (True, True)
    assert key.key(PRESS, 1.4) is FINISH
    assert key.key(RELEASE, 3.0) is None
    assert (key.talking, key.latched) == (False, False)
    assert key.key(PRESS, 4.0) is START


def test_a_release_alone_means_nothing() -> None:
    key = TalkKey(HOLD)
    assert key.key(RELEASE, 1.0) is None
    assert key.key(REPEAT, 1.0) is None
    assert not key.talking


def test_losing_the_focus_lets_the_key_go() -> None:
    key = TalkKey(HOLD)
    key.key(PRESS, 1.0)
    assert key.focus_lost() is FINISH
    assert key.focus_lost() is None
    assert key.key(RELEASE, 3.0) is None


def test_losing_the_focus_at_once_is_no_tap() -> None:
    key = TalkKey(HOLD)
    key.key(PRESS, 1.0)
    assert key.focus_lost() is FINISH


@pytest.mark.parametrize("mode", [HOLD, TOGGLE])
def test_losing_the_focus_does_not_end_what_goes_on_by_itself(mode: TalkMode) -> None:
    key = TalkKey(mode)
    key.key(PRESS, 1.0)
    key.key(RELEASE, 1.1)
    assert key.focus_lost() is None
    assert key.talking


def test_a_cancelled_talk_does_not_begin_again_while_the_key_is_held() -> None:
    key = TalkKey(HOLD)
    key.key(PRESS, 1.0)
    key.stop()
    assert key.key(REPEAT, 2.0) is None
    assert key.key(RELEASE, 3.0) is None
    assert key.key(PRESS, 4.0) is START


def test_a_talk_that_began_elsewhere_is_finished_by_a_press() -> None:
    for mode in (HOLD, TOGGLE):
        key = TalkKey(mode)
        key.start()
        assert key.latched
        assert key.key(PRESS, 1.0) is FINISH


def test_toggle_starts_and_finishes() -> None:
    key = TalkKey(TOGGLE)
    assert key.key(PRESS, 1.0) is START
    assert key.latched
    assert key.key(PRESS, 3.0) is FINISH
    assert key.key(PRESS, 3.5) is START


def test_toggle_does_not_take_the_repeats_of_a_held_key_for_presses() -> None:
    key = TalkKey(TOGGLE)
    times = [
        1.0,
        1.0 + REPEAT_DELAY_SECONDS,
        *(1.0 + REPEAT_DELAY_SECONDS + 0.03 * n for n in range(100)),
    ]
    signals = [key.key(PRESS, time) for time in times]
    assert signals == [START] + [None] * (len(times) - 1)
    assert key.key(PRESS, times[-1] + REPEAT_GAP_SECONDS + 0.01) is FINISH


def test_after_a_toggle_that_finished_the_held_key_does_not_start_again() -> None:
    key = TalkKey(TOGGLE)
    key.key(PRESS, 1.0)
    assert key.key(PRESS, 5.0) is FINISH
    assert [key.key(PRESS, 5.0 + 0.033 * n) for n in range(1, 10)] == [None] * 9


def test_where_releases_are_told_a_quick_second_press_toggles() -> None:
    key = TalkKey(TOGGLE)
    assert key.key(PRESS, 1.0) is START
    assert key.key(RELEASE, 1.05) is None
    assert key.key(PRESS, 1.1) is FINISH


def test_the_first_release_may_be_what_shows_that_there_are_any() -> None:
    key = TalkKey()
    assert key.mode is TOGGLE
    assert key.key(PRESS, 1.0) is START
    key.set_mode(HOLD)
    assert not key.latched
    assert key.key(RELEASE, 2.0) is FINISH


def test_a_mode_that_stays_changes_nothing() -> None:
    key = TalkKey(HOLD)
    key.key(PRESS, 1.0)
    key.key(RELEASE, 1.1)
    key.set_mode(HOLD)
    assert key.latched


_steps: list[Callable[[TalkKey, float], TalkSignal | None]] = [
    lambda key, now: key.key(PRESS, now),
    lambda key, now: key.key(REPEAT, now),
    lambda key, now: key.key(RELEASE, now),
    lambda key, now: key.focus_lost(),
    lambda key, now: key.stop(),
    lambda key, now: key.start(),
    lambda key, now: key.set_mode(HOLD),
    lambda key, now: key.set_mode(TOGGLE),
]


@given(
    st.sampled_from(TalkMode),
    st.lists(st.tuples(st.sampled_from(_steps), st.floats(0.0, 1.0)), max_size=40),
)
def test_starts_and_finishes_take_turns_and_say_what_is_so(
    mode: TalkMode, moves: list[tuple[Callable[[TalkKey, float], TalkSignal | None], float]]
) -> None:
    key = TalkKey(mode)
    now = 0.0
    for step, pause in moves:
        now += pause
        before = key.talking
        signal = step(key, now)
        if signal is START:
            assert (before, key.talking) == (False, True)
        elif signal is FINISH:
            assert (before, key.talking) == (True, False)
        assert key.talking or not key.latched
