import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.audio.level import volume
from aicall_cli.recording.waveform import waveform


def _stereo(caller: Pcm, agent: Pcm) -> Pcm:
    return np.stack([caller, agent], axis=1)


def _level(ticks: int, amplitude: int) -> Pcm:
    return np.full(ticks * TICK_SAMPLES, amplitude, np.int16)


def test_each_side_is_as_loud_as_it_was() -> None:
    pcm = _stereo(
        np.concatenate([_level(5, 8000), _level(5, 0)]),
        np.concatenate([_level(5, 0), _level(5, -100)]),
    )
    caller, agent = waveform([pcm], len(pcm), 4)
    loud, quiet = volume(_level(1, 8000)), volume(_level(1, -100))
    assert caller == [loud, loud, 0, 0]
    assert agent == [0, 0, quiet, quiet]


def test_one_word_is_seen_in_a_long_call() -> None:
    second = _stereo(_level(50, 0), _level(50, 0))
    spoken = _stereo(np.concatenate([_level(49, 0), _level(1, 8000)]), _level(50, 0))
    caller, agent = waveform([second] * 179 + [spoken] + [second] * 180, 360 * 48_000, 60)
    assert [column for column, loud in enumerate(caller) if loud] == [29]
    assert not any(agent)


@given(sizes=st.lists(st.integers(0, 2500), min_size=1, max_size=8), columns=st.integers(1, 12))
def test_how_it_is_cut_into_blocks_changes_nothing(sizes: list[int], columns: int) -> None:
    generator = np.random.default_rng(1)
    pcm = generator.integers(-3000, 3000, (sum(sizes), 2)).astype(np.int16)
    blocks = np.split(pcm, np.cumsum(sizes)[:-1])
    whole = waveform([pcm], len(pcm), columns)
    assert waveform(blocks, len(pcm), columns) == whole
    assert all(0 <= loud <= 255 for side in whole for loud in side)
    assert [len(side) for side in whole] == [columns, columns]


@pytest.mark.parametrize("sizes", [[], [0], [959]])
def test_less_than_a_tick_is_silence(sizes: list[int]) -> None:
    blocks = [np.ones((size, 2), np.int16) for size in sizes]
    assert waveform(blocks, 0, 2) == ([0, 0], [0, 0])


def test_more_than_was_announced_counts_to_the_last_column() -> None:
    caller, _ = waveform([_stereo(_level(4, 8000), _level(4, 0))], TICK_SAMPLES, 2)
    assert caller == [volume(_level(1, 8000))] * 2
