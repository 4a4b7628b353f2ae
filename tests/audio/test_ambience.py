import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.ambience import (
    AMBIENCES,
    LOOP_SECONDS,
    LOUDEST_DBFS,
    AmbientSound,
    ambience,
)
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.level import dbfs, rms


def levels(loop: Pcm) -> list[float]:
    return [dbfs(rms(tick)) for tick in loop.reshape(-1, TICK_SAMPLES)]


def middle_frequency(loop: Pcm) -> float:
    """Return the frequency with as much of the energy below it as above."""
    energy = np.cumsum(np.abs(np.fft.rfft(loop)) ** 2)
    return float(np.searchsorted(energy, energy[-1] / 2) / LOOP_SECONDS)


@pytest.mark.parametrize("name", AMBIENCES)
def test_a_sound_is_quiet_and_goes_on_all_the_time(name: str) -> None:
    loop = ambience(name)
    assert loop.dtype == np.int16
    assert loop.shape == (LOOP_SECONDS * SAMPLE_RATE,)
    assert max(levels(loop)) == pytest.approx(LOUDEST_DBFS, abs=0.1)
    assert min(levels(loop)) > LOUDEST_DBFS - 25


@pytest.mark.parametrize("name", AMBIENCES)
def test_a_loop_has_no_seam(name: str) -> None:
    loop = ambience(name).astype(int)
    assert abs(loop[0] - loop[-1]) <= np.abs(np.diff(loop)).max()


def test_each_sounds_otherwise_and_always_the_same() -> None:
    rain, office = ambience("rain"), ambience("office")
    assert middle_frequency(rain) > 3 * middle_frequency(office)
    ambience.cache_clear()
    assert np.array_equal(ambience("rain"), rain)


def test_there_is_no_other() -> None:
    with pytest.raises(KeyError):
        ambience("jungle")


@given(st.lists(st.integers(0, 25), max_size=20))
def test_a_loop_is_played_sample_by_sample_round_and_round(lengths: list[int]) -> None:
    loop = np.arange(10, dtype=np.int16)
    sound = AmbientSound(loop, 50.0)
    played = np.concatenate([loop[:0], *[sound.take(length) for length in lengths]])
    assert np.array_equal(played, np.resize(loop, sum(lengths)))
    assert played.dtype == np.int16
    assert sound.gain == 0.5
