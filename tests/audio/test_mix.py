import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.mix import mix, saturate


def pcm(*samples: int) -> Pcm:
    return np.array(samples, dtype=np.int16)


def test_nothing_is_silence() -> None:
    assert mix([], 4).tolist() == [0, 0, 0, 0]


def test_streams_are_added_and_the_shorter_padded() -> None:
    assert mix([(pcm(1, 2, 3), 1.0), (pcm(10), 1.0)], 4).tolist() == [11, 2, 3, 0]


def test_gains_are_linear_and_rounded() -> None:
    assert mix([(pcm(100, -100, 3), 0.5)], 3).tolist() == [50, -50, 2]


def test_sums_saturate() -> None:
    loud = pcm(32_767, -32_768)
    assert mix([(loud, 1.0), (loud, 1.0)], 2).tolist() == [32_767, -32_768]


def test_too_much_is_cut_only_after_everything_is_added() -> None:
    assert mix([(pcm(30_000), 1.0), (pcm(30_000), 1.0), (pcm(-30_000), 1.0)], 1)[0] == 30_000


def test_an_input_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="3 samples does not fit into 2"):
        mix([(pcm(1, 2, 3), 1.0)], 2)


@given(st.lists(st.integers(-32_768, 32_767), max_size=50))
def test_one_stream_at_full_volume_is_unchanged(samples: list[int]) -> None:
    assert mix([(pcm(*samples), 1.0)], len(samples)).tolist() == samples


def test_saturate_rounds() -> None:
    assert saturate(np.array([0.6, -0.6, 1e9, -1e9])).tolist() == [1, -1, 32_767, -32_768]
