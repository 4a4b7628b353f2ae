import threading
from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.sample_ring import FADE_SECONDS, SampleRing
from aicall_cli.audio.tone import tone

FADE = round(FADE_SECONDS * SAMPLE_RATE)
LARGEST_STEP = 10_000 * np.pi / 2 / FADE + 1
"""Of the fades of a level of 10 000."""
STEEPEST = 0.35
"""Part of its amplitude by which a tone of 2 kHz changes from a sample to the next, at most."""


def ramp(start: int, n: int) -> Pcm:
    return np.arange(start, start + n).astype(np.int16)


def level(n: int, value: int = 10_000) -> Pcm:
    return np.full(n, value, dtype=np.int16)


def read(ring: SampleRing, n: int) -> Pcm:
    buffer = np.full(n, -1, dtype=np.int16)
    ring.read_into(buffer)
    return buffer


def steepest(pcm: Pcm) -> int:
    return int(np.abs(np.diff(pcm.astype(int), prepend=0)).max())


def test_what_is_written_is_read_in_order() -> None:
    ring = SampleRing(2000)
    ring.write(level(FADE, 0))
    assert read(ring, FADE).tolist() == [0] * FADE
    for start in range(0, 30_000, 1500):
        assert ring.write(ramp(start, 1500)) == 1500
        assert ring.fill == 1500
        assert read(ring, 1500).tolist() == ramp(start, 1500).tolist()
    assert ring.fill == 0
    assert ring.underflows == 0


def test_a_full_ring_takes_what_fits() -> None:
    ring = SampleRing(100)
    assert ring.write(ramp(0, 70)) == 70
    assert ring.write(ramp(70, 70)) == 30
    assert ring.write(ramp(0, 1)) == 0
    assert ring.fill == ring.capacity == 100


def test_it_fades_in_after_silence_and_out_for_want_of_samples() -> None:
    ring = SampleRing(2000)
    ring.write(level(1000))
    heard = np.concatenate((read(ring, 480), read(ring, 480), read(ring, 480)))
    assert heard[0] == 0
    assert steepest(heard) <= LARGEST_STEP
    assert (heard[FADE : 2 * 480] == 10_000).all()
    assert not heard[1000 + FADE :].any()
    assert ring.underflows == 1


def test_an_end_at_the_end_of_a_buffer_decays_in_the_next_one() -> None:
    ring = SampleRing(2000)
    ring.write(level(960))
    heard = np.concatenate([read(ring, 480) for _ in range(4)])
    assert (heard[FADE:960] == 10_000).all()
    assert steepest(heard) <= LARGEST_STEP
    assert not heard[960 + FADE :].any()


def test_silence_without_end_is_one_underflow() -> None:
    ring = SampleRing(2000)
    assert read(ring, 480).tolist() == [0] * 480
    assert ring.underflows == 0  # nothing was ever there
    ring.write(level(100))
    for _ in range(5):
        read(ring, 480)
    assert ring.underflows == 1


def test_read_into_tells_how_much_was_there() -> None:
    ring = SampleRing(2000)
    ring.write(level(500))
    assert ring.read_into(level(480)) == 480
    assert ring.read_into(level(480)) == 20
    assert ring.read_into(level(480)) == 0


def test_a_flush_is_heard_as_a_fade_of_5_ms_and_then_what_came_after_it() -> None:
    ring = SampleRing(10_000)
    ring.write(level(5000))
    read(ring, 480)
    ring.flush()
    assert ring.fill == 0
    ring.write(level(2000, -10_000))
    assert ring.fill == 2000
    heard = np.concatenate((level(1), read(ring, 480), read(ring, 480)))
    assert abs(np.diff(heard.astype(int))).max() <= LARGEST_STEP
    assert heard[FADE] == 0
    assert (heard[1 + 2 * FADE :] == -10_000).all()
    assert ring.fill == 2000 - (960 - FADE)


def test_a_flush_with_nothing_after_it_ends_in_silence() -> None:
    ring = SampleRing(10_000)
    ring.write(level(5000))
    read(ring, 480)
    ring.flush()
    heard = read(ring, 480)
    assert heard[0] > 9_900
    assert not heard[FADE:].any()
    assert ring.underflows == 0


def test_a_flush_before_anything_was_heard_is_silent() -> None:
    ring = SampleRing(10_000)
    ring.write(level(5000))
    ring.flush()
    assert not read(ring, 480).any()


def test_room_comes_back_with_the_read_after_a_flush() -> None:
    ring = SampleRing(1000)
    ring.write(level(1000))
    ring.flush()
    assert ring.write(level(10)) == 0
    read(ring, 10)
    assert ring.write(level(1000)) == 1000


def test_no_flush_and_no_underflow_makes_a_tone_click() -> None:
    ring = SampleRing(10_000)
    heard, at = [], 0
    for step in range(200):
        # Unequal pieces, so that the tone ends and is flushed at any place of its wave.
        ring.write(tone(2000, at, 300 + 37 * (step % 7), SAMPLE_RATE, 0.5))
        at += 300 + 37 * (step % 7)
        heard.append(read(ring, 441))
        if step % 9 == 8:
            ring.flush()
    assert ring.underflows > 3
    assert steepest(np.concatenate(heard)) <= STEEPEST * 0.5 * 32_768


def test_a_ring_has_room() -> None:
    with pytest.raises(ValueError, match="not 0"):
        SampleRing(0)


@given(
    capacity=st.integers(1, 20),
    steps=st.lists(
        st.tuples(st.sampled_from(["write", "read", "flush"]), st.integers(0, 25)), max_size=60
    ),
)
def test_like_a_deque(capacity: int, steps: list[tuple[str, int]]) -> None:
    # At 1 Hz the fade is one sample long.
    ring, model, written, flushed, silent = SampleRing(capacity, 1), deque[int](), 0, 0, True
    for step, n in steps:
        if step == "write":
            taken = min(n, capacity - flushed - len(model))
            assert ring.write(ramp(written, n)) == taken
            model.extend(ramp(written, taken).tolist())
            written += taken
        elif step == "flush":
            flushed += len(model)
            model.clear()
            ring.flush()
        elif n:
            buffer = level(n, -1)
            faded = 1 if flushed and not silent else 0
            taken = min(len(model), n - faded)
            expected = [model.popleft() for _ in range(taken)]
            assert ring.read_into(buffer) == faded + taken
            # The first sample after silence and the last before it may be faded.
            assert buffer[faded : faded + taken][1:-1].tolist() == expected[1:-1]
            silent = faded + taken < n or (not taken and flushed > 0)
            flushed = 0
        assert ring.fill == len(model)


def test_two_threads_lose_and_repeat_nothing() -> None:
    ring = SampleRing(1000)
    total = 200_000
    heard: list[Pcm] = []
    begun = threading.Event()

    def reader() -> None:
        begun.wait()
        got = 0
        while got < total:
            buffer = level(97)
            count = ring.read_into(buffer)
            heard.append(buffer[:count].copy())
            got += count

    thread = threading.Thread(target=reader)
    thread.start()
    begun.set()
    # Equal samples: fades, which depend on who was faster, are the only change.
    written = 0
    while written < total:
        written += ring.write(level(min(131, total - written), 1))
    thread.join()
    assert sum(map(len, heard)) == total
    assert ring.fill == 0
