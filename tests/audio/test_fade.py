import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.fade import FADE_SAMPLES, crossfade, fade_in, fade_out, rise, trail_off
from aicall_cli.audio.format import Pcm

LOUD = np.full(960, 20_000, np.int16)


def largest_step(pcm: Pcm) -> int:
    return int(np.abs(np.diff(pcm.astype(np.int64))).max())


def test_a_fade_takes_five_milliseconds_and_leaves_the_rest() -> None:
    rising, falling = fade_in(LOUD), fade_out(LOUD)
    assert abs(int(rising[0])) < 10
    assert np.array_equal(rising[FADE_SAMPLES:], LOUD[FADE_SAMPLES:])
    assert abs(int(falling[FADE_SAMPLES - 1])) < 10
    assert not falling[FADE_SAMPLES:].any()
    # A step of 20 000 would be a click; this one has the slope of half a cosine.
    assert max(largest_step(rising), largest_step(falling)) < 20_000 * 2 / FADE_SAMPLES


def test_a_fade_leaves_its_input_alone() -> None:
    pcm = LOUD.copy()
    fade_in(pcm), fade_out(pcm), trail_off(pcm, 10), crossfade(pcm, pcm)
    assert np.array_equal(pcm, LOUD)


def test_what_is_shorter_than_a_fade_fades_over_its_length() -> None:
    short = LOUD[:48]
    assert abs(int(fade_in(short)[0])) < 100
    assert abs(int(fade_out(short)[-1])) < 100
    assert len(fade_in(short[:0])) == len(fade_out(short[:0])) == 0


def test_trailing_off_goes_on_from_the_last_value() -> None:
    tone = np.rint(10_000 * np.sin(np.arange(960) / 10)).astype(np.int16)
    natural = largest_step(tone)
    whole = np.concatenate((tone, trail_off(tone, 960)))
    assert largest_step(whole) <= natural
    assert not whole[960 + FADE_SAMPLES :].any()
    assert len(trail_off(tone, 100)) == 100
    assert not trail_off(tone[:0], 100).any()


def test_a_crossfade_begins_as_the_old_and_ends_as_the_new() -> None:
    mixed = crossfade(LOUD, -LOUD)
    assert mixed[0] > 19_990
    assert np.array_equal(mixed[FADE_SAMPLES:], -LOUD[FADE_SAMPLES:])
    assert np.array_equal(crossfade(LOUD[:0], LOUD), LOUD)


@given(st.integers(0, 1_000))
def test_a_rise_and_its_mirror_are_one(samples: int) -> None:
    ramp = rise(samples)
    assert np.allclose(ramp + ramp[::-1], 1.0)
    assert np.all(np.diff(ramp) > 0)
