import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.fade import FADE_SAMPLES
from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.errors import UsageError
from aicall_cli.playout.agent_volume import MAX_PERCENT, AgentVolume

TICK = np.full(TICK_SAMPLES, 5_000, np.int16)


def settled(volume: AgentVolume, pcm: Pcm = TICK) -> Pcm:
    volume.apply(pcm)
    return volume.apply(pcm)


def test_as_it_comes_it_is_left_alone() -> None:
    volume = AgentVolume()
    assert volume.percent == 100
    assert volume.apply(TICK) is TICK


@pytest.mark.parametrize(("percent", "level"), [(0, 0), (50, 2_500), (200, 10_000), (400, 20_000)])
def test_the_volume_is_a_factor(percent: int, level: int) -> None:
    volume = AgentVolume()
    volume.percent = percent
    assert np.array_equal(settled(volume), np.full(TICK_SAMPLES, level))


def test_what_is_too_loud_is_clipped_instead_of_wrapping_round() -> None:
    volume = AgentVolume()
    volume.percent = MAX_PERCENT
    loud = np.array([30_000, -30_000] * 480, np.int16)
    assert set(settled(volume, loud).tolist()) == {32_767, -32_768}


def test_a_mute_is_silence_and_keeps_the_volume() -> None:
    volume = AgentVolume()
    volume.percent = 200
    volume.muted = True
    assert not settled(volume).any()
    assert volume.muted
    assert volume.percent == 200
    volume.muted = False
    assert settled(volume)[-1] == 10_000


@pytest.mark.parametrize("percent", [-1, MAX_PERCENT + 1])
def test_other_volumes_are_refused(percent: int) -> None:
    volume = AgentVolume()
    with pytest.raises(UsageError, match=f"goes from 0 to 400 %, not to {percent}"):
        volume.percent = percent
    assert volume.percent == 100


@given(st.lists(st.tuples(st.integers(0, MAX_PERCENT), st.booleans()), max_size=10))
def test_no_change_clicks(changes: list[tuple[int, bool]]) -> None:
    volume = AgentVolume()
    heard = [volume.apply(TICK)]
    for volume.percent, volume.muted in changes:
        heard.append(volume.apply(TICK))
    steps = np.abs(np.diff(np.concatenate(heard).astype(np.int64)))
    assert steps.max() <= 20_000 * np.pi / 2 / FADE_SAMPLES + 2


def test_a_block_shorter_than_a_fade() -> None:
    volume = AgentVolume()
    volume.muted = True
    assert len(volume.apply(TICK[:10])) == 10
