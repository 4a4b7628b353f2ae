from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.sample_queue import SampleQueue


def ramp(start: int, n: int) -> np.ndarray:
    return np.arange(start, start + n).astype(np.int16)


def test_all_or_nothing() -> None:
    queue = SampleQueue(5)
    assert queue.offer(ramp(0, 3))
    assert not queue.offer(ramp(3, 3))
    assert len(queue) == 3
    assert queue.offer(ramp(3, 2))
    assert queue.take(9).tolist() == [0, 1, 2, 3, 4]
    assert queue.take(1).tolist() == []


def test_what_was_taken_is_the_takers_own() -> None:
    queue = SampleQueue(4)
    queue.offer(ramp(0, 4))
    taken = queue.take(4)
    queue.offer(ramp(10, 4))
    assert taken.tolist() == [0, 1, 2, 3]


def test_a_queue_has_room() -> None:
    with pytest.raises(ValueError, match="not 0"):
        SampleQueue(0)


@given(
    capacity=st.integers(1, 20),
    steps=st.lists(
        st.tuples(st.sampled_from(["offer", "take", "drop", "clear"]), st.integers(0, 25))
    ),
)
def test_like_a_deque(capacity: int, steps: list[tuple[str, int]]) -> None:
    queue, model, written = SampleQueue(capacity), deque[int](), 0
    for step, n in steps:
        if step == "offer":
            fits = len(model) + n <= capacity
            assert queue.offer(ramp(written, n)) is fits
            model.extend(ramp(written, n).tolist() if fits else ())
            written += n
        elif step == "take":
            expected = [model.popleft() for _ in range(min(n, len(model)))]
            assert queue.take(n).tolist() == expected
        elif step == "drop":
            gone = [model.popleft() for _ in range(min(n, len(model)))]
            assert queue.drop_oldest(n) == len(gone)
        else:
            assert queue.clear() == len(model)
            model.clear()
        assert len(queue) == len(model)
