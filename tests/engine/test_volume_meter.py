from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import TICK_SECONDS
from aicall_cli.engine.enums import Party
from aicall_cli.engine.volume_meter import VOLUME_SECONDS, VOLUME_STEP, VolumeMeter


def told(volumes: Sequence[int]) -> list[int]:
    """Return what is told of these, one a tick, and of the silence after them."""
    meter = VolumeMeter(Party.AGENT)
    heard = [*volumes, *([0] * 30)]
    events = [meter.hear(volume, tick * TICK_SECONDS) for tick, volume in enumerate(heard)]
    assert all(event is None or event.party is Party.AGENT for event in events)
    return [event.volume for event in events if event is not None]


def test_silence_is_not_told() -> None:
    assert told([]) == []


def test_the_loudest_of_each_period_is_told_and_the_end_once() -> None:
    assert told([10, 200, 30] + [0] * 17) == [200, 0]


def test_what_hardly_changes_is_told_once() -> None:
    assert told([100] * 50 + [100 + VOLUME_STEP - 1] * 50) == [100, 0]
    assert told([100] * 50 + [100 + VOLUME_STEP] * 50) == [100, 104, 0]


def test_the_faintest_sound_has_a_beginning_and_an_end() -> None:
    assert told([1] * 20) == [1, 0]


def test_who_falls_silent_is_told_to_be_once() -> None:
    meter = VolumeMeter(Party.CALLER)
    assert meter.fall_silent() is None
    meter.hear(90, 0.0)
    assert meter.hear(90, VOLUME_SECONDS) is not None
    event = meter.fall_silent()
    assert event is not None
    assert event.volume == 0
    assert meter.fall_silent() is None


@given(st.lists(st.integers(0, 255), max_size=400))
def test_it_tells_seldom_and_ends_with_silence(volumes: list[int]) -> None:
    events = told(volumes)
    assert len(events) <= (len(volumes) * TICK_SECONDS) / VOLUME_SECONDS + 2
    assert not events or events[-1] == 0
    assert 0 not in events[:1]
