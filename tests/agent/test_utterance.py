import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.utterance import UtteranceCutter
from aicall_cli.audio.format import TICK_SAMPLES, Pcm

PREROLL = 14_400


def ramp(start: int, samples: int = TICK_SAMPLES) -> Pcm:
    """Samples that say their own position, modulo 30000."""
    return (np.arange(start, start + samples) % 30_000).astype(np.int16)


def filled(ticks: int, origin: int = 0) -> UtteranceCutter:
    cutter = UtteranceCutter()
    for index in range(ticks):
        position = origin + index * TICK_SAMPLES
        assert not cutter.add(ramp(position), position)
    return cutter


def test_an_utterance_begins_300_ms_before_its_onset() -> None:
    onset = 30 * TICK_SAMPLES + 17
    cutter = filled(35)
    heard = np.concatenate(cutter.begin(onset))
    assert np.array_equal(heard, ramp(onset - PREROLL, 35 * TICK_SAMPLES - onset + PREROLL))
    assert cutter.open


def test_what_follows_belongs_to_it_until_it_is_finished() -> None:
    cutter = filled(3)
    cutter.begin(cutter.end)
    assert cutter.add(ramp(cutter.end), cutter.end)
    cutter.finish()
    assert not cutter.open
    assert not cutter.add(ramp(cutter.end), cutter.end)


def test_one_that_goes_on_from_the_last_has_no_preroll() -> None:
    for between in (0, 40):
        cutter = filled(3)
        cutter.begin(cutter.end)
        cutter.finish()
        ended = cutter.end
        for _ in range(between):
            cutter.add(ramp(cutter.end), cutter.end)
        assert np.array_equal(
            np.concatenate((ramp(0, 0), *cutter.resume())), ramp(ended, between * TICK_SAMPLES)
        )
        assert cutter.add(ramp(cutter.end), cutter.end)


def test_a_call_that_begins_with_speech_has_what_there_is() -> None:
    cutter = filled(2)
    assert sum(map(len, cutter.begin(0))) == 2 * TICK_SAMPLES
    assert UtteranceCutter().begin(0) == []


def test_after_a_jump_the_audio_before_it_is_forgotten() -> None:
    for jump in (-(2**31), -1, 48_001, 2**31):
        cutter = filled(10, origin=2**32)
        position = cutter.end + jump
        cutter.add(ramp(0), position)
        assert [len(pcm) for pcm in cutter.begin(position)] == [TICK_SAMPLES], jump


def test_a_short_hole_is_no_jump() -> None:
    cutter = filled(20)
    position = cutter.end + 3 * TICK_SAMPLES
    cutter.add(ramp(0), position)
    assert sum(map(len, cutter.begin(position))) == PREROLL - 3 * TICK_SAMPLES + TICK_SAMPLES


@given(st.lists(st.tuples(st.integers(-(2**32), 2**32), st.integers(0, 5760)), max_size=200))
def test_no_positions_make_it_keep_more_than_about_a_second(
    frames: list[tuple[int, int]],
) -> None:
    cutter = UtteranceCutter()
    for position, samples in frames:
        cutter.add(np.zeros(samples, np.int16), position)
    assert sum(len(pcm) for _, pcm in cutter._history) <= 48_000 + 5760
