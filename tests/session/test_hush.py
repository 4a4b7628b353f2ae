import numpy as np
import pytest

from aicall_cli.audio.format import TICK_SAMPLES, TICK_SECONDS
from aicall_cli.session.hush import (
    ANSWER_SECONDS,
    IN_FLIGHT_SECONDS,
    PAUSE_SECONDS,
    Hush,
)

VOICE = np.full(TICK_SAMPLES, 3_000, np.int16)
SILENCE = np.zeros(TICK_SAMPLES, np.int16)
PAUSE_TICKS = round(PAUSE_SECONDS / TICK_SECONDS)


def test_without_an_interruption_everything_is_heard() -> None:
    hush = Hush()
    assert not hush.covers(VOICE, 0.0)
    assert not hush.covers(SILENCE, 1_000.0)


def test_what_was_on_its_way_is_not_heard() -> None:
    hush = Hush()
    hush.command_sent(10.0)
    assert hush.covers(VOICE, 10.0)
    assert hush.covers(VOICE, 10.0 + ANSWER_SECONDS - 0.01)


def test_an_agent_that_does_not_obey_is_heard_again() -> None:
    hush = Hush()
    hush.command_sent(10.0)
    assert not hush.covers(VOICE, 10.0 + ANSWER_SECONDS)


def test_what_the_agent_says_after_a_pause_is_new() -> None:
    hush = Hush()
    hush.command_sent(10.0)
    assert hush.covers(VOICE, 10.0)
    for tick in range(PAUSE_TICKS):
        assert hush.covers(SILENCE, 10.02 + tick * TICK_SECONDS)
    assert not hush.covers(VOICE, 10.02 + PAUSE_TICKS * TICK_SECONDS)


def test_a_breath_within_the_old_is_no_pause() -> None:
    hush = Hush()
    hush.command_sent(10.0)
    for tick in range(20):
        pcm = VOICE if tick % PAUSE_TICKS == 0 else SILENCE
        assert hush.covers(pcm, 10.0 + tick * TICK_SECONDS)


@pytest.mark.parametrize("after_command", [True, False])
def test_once_the_agent_has_stopped_little_is_on_its_way(after_command: bool) -> None:
    hush = Hush()
    if after_command:
        hush.command_sent(10.0)
    hush.confirmed(10.05)
    assert hush.covers(VOICE, 10.06)
    assert not hush.covers(VOICE, 10.05 + IN_FLIGHT_SECONDS)
