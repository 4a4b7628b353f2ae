import asyncio

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.speech import Speech, SubtitlePiece
from aicall_cli.agent.voice_output import (
    COMFORT_SECONDS,
    FADE_SAMPLES,
    MAX_QUEUED_SECONDS,
    MAX_SPEECHES,
    VoiceHandlers,
    VoiceOutput,
)
from aicall_cli.audio.ambience import AmbientSound
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm


class Noted:
    """A voice output and what it called."""

    def __init__(self) -> None:
        self.calls: list[str | tuple[str, bool, int]] = []
        self.voice = VoiceOutput(
            VoiceHandlers(
                on_opened=lambda: self.calls.append("opened"),
                on_started=lambda: self.calls.append("started"),
                on_finished=lambda: self.calls.append("finished"),
                on_subtitle=lambda piece, sentence_id: self.calls.append(
                    (piece.text, piece.end, sentence_id)
                ),
            )
        )

    def say(self, pcm: Pcm, sentence_id: int = 1, *pieces: SubtitlePiece) -> Speech:
        speech = self.voice.open(sentence_id)
        assert speech is not None
        assert self.voice.append(speech, pcm, pieces)
        speech.close()
        return speech

    def pull(self, ticks: int) -> Pcm:
        return np.concatenate([self.voice.pull() for _ in range(ticks)])


def level(value: int, samples: int) -> Pcm:
    return np.full(samples, value, np.int16)


async def test_silence_comes_where_nothing_is_said() -> None:
    noted = Noted()
    assert not noted.pull(3).any()
    assert noted.calls == []


async def test_the_voice_is_as_loud_as_it_is_told_to_be_and_clips_where_it_must() -> None:
    noted = Noted()
    noted.voice.volume = 400.0
    noted.say(level(1000, 960))
    noted.say(level(-30_000, 960))
    assert noted.pull(2).tolist() == [4000] * 960 + [-32_768] * 960
    noted.voice.volume = 0.0
    noted.say(level(1000, 960))
    assert not noted.pull(1).any()


async def test_what_is_behind_the_voice_is_heard_under_it_and_alone() -> None:
    noted = Noted()
    noted.voice.background = AmbientSound(np.array([100, 200, 300], np.int16), 50.0)
    noted.voice.volume = 200.0
    behind = np.resize([50, 100, 150], 1920)
    assert np.array_equal(noted.pull(1), behind[:960])
    noted.say(level(1000, 960))
    assert np.array_equal(noted.pull(1), behind[960:] + 2000)
    assert noted.calls == ["opened", "started", "finished"]


async def test_an_interjection_is_heard_and_is_no_answer() -> None:
    noted = Noted()
    noted.voice.interject(level(500, 1500))
    noted.pull(1)
    silent = [noted.voice.silent]
    noted.say(level(1000, 1920))
    assert [*silent, noted.voice.silent] == [True, False]
    heard = noted.pull(2)
    assert np.array_equal(heard[:540], level(1500, 540))
    assert np.array_equal(heard[540:], level(1000, 1380))
    assert noted.calls == ["opened", "started", "finished"]


async def test_speeches_follow_each_other_without_a_hole() -> None:
    noted = Noted()
    noted.say(level(1000, 1500), 1)
    noted.say(level(2000, 1500), 2)
    heard = noted.pull(4)
    assert np.array_equal(heard[:1500], level(1000, 1500))
    assert np.array_equal(heard[1500:3000], level(2000, 1500))
    assert not heard[3000:].any()
    assert noted.calls == ["opened", "opened", "started", "finished"]


async def test_subtitles_come_with_the_tick_of_their_word() -> None:
    noted = Noted()
    noted.say(level(1, 2000), 4, SubtitlePiece(0, "ten"), SubtitlePiece(960, " meters"))
    noted.pull(1)
    assert noted.calls == ["opened", "started", ("ten", False, 4)]
    noted.pull(1)
    assert noted.calls[3:] == [(" meters", True, 4)]
    noted.pull(1)
    assert noted.calls[4:] == ["finished"]


async def test_a_speech_that_waits_for_more_is_silent_and_goes_on() -> None:
    noted = Noted()
    speech = noted.voice.open(1)
    assert speech is not None
    noted.voice.append(speech, level(500, 960))
    noted.pull(3)
    noted.voice.append(speech, level(600, 960))
    speech.close()
    assert np.array_equal(noted.pull(1), level(600, 960))
    assert noted.calls == ["opened", "started", "finished"]


async def test_an_answer_of_nothing_is_finished_with_the_next_tick() -> None:
    noted = Noted()
    speech = noted.voice.open(1)
    assert speech is not None
    noted.pull(1)
    assert noted.calls == ["opened"]
    speech.close()
    noted.pull(1)
    assert noted.calls == ["opened", "finished"]


async def test_a_stopped_voice_is_silent_within_10_ms_and_does_not_click() -> None:
    noted = Noted()
    tone = np.round(20_000 * np.sin(np.arange(48_000) * 2 * np.pi * 440 / SAMPLE_RATE))
    noted.say(tone.astype(np.int16))
    before = noted.pull(5)
    noted.voice.stop()
    after = noted.pull(2)
    assert after[:FADE_SAMPLES].any()
    assert not after[FADE_SAMPLES:].any()
    steps = np.abs(np.diff(np.concatenate((before, after)).astype(np.int32)))
    steepest = np.abs(np.diff(tone)).max()
    assert steps.max() <= steepest + 1
    assert noted.calls == ["opened", "started"]  # who stops it knows it


async def test_stopping_drops_what_waits_and_ends_what_was_begun() -> None:
    noted = Noted()
    spoken = noted.say(level(9, 9600), 1, SubtitlePiece(0, "one"), SubtitlePiece(5000, " two"))
    waiting = noted.say(level(9, 9600), 2, SubtitlePiece(0, "three"))
    noted.pull(1)
    noted.voice.stop()
    assert noted.calls == ["opened", "opened", "started", ("one", False, 1), ("", True, 1)]
    assert spoken.stopped
    assert waiting.stopped
    assert noted.voice.waiting_seconds == 0
    noted.pull(1)
    noted.say(level(7, 960), 3)
    assert np.array_equal(noted.pull(1), level(7, 960))
    assert noted.calls[5:] == ["opened", "started", "finished"]


async def test_stopping_a_silent_voice_changes_nothing() -> None:
    noted = Noted()
    noted.voice.stop()
    assert not noted.pull(1).any()


async def test_a_new_answer_begins_behind_the_fading_one() -> None:
    noted = Noted()
    noted.say(level(10_000, 9600), 1)
    noted.pull(1)
    noted.voice.stop()
    noted.say(level(7, 960), 2)
    heard = noted.pull(2)
    assert np.array_equal(heard[FADE_SAMPLES : FADE_SAMPLES + 960], level(7, 960))


async def test_too_many_speeches_and_too_much_audio_are_refused_and_counted() -> None:
    noted = Noted()
    speeches = [noted.voice.open(number) for number in range(MAX_SPEECHES + 1)]
    assert speeches[-1] is None
    first = speeches[0]
    assert first is not None
    limit = round(MAX_QUEUED_SECONDS * SAMPLE_RATE)
    assert noted.voice.append(first, level(0, limit))
    assert not noted.voice.append(first, level(0, 1))
    assert noted.voice.refused == 2


async def test_a_producer_waits_until_little_is_queued() -> None:
    noted = Noted()
    speech = noted.voice.open(1)
    assert speech is not None
    await noted.voice.wait_for_room()
    noted.voice.append(speech, level(1, round((COMFORT_SECONDS + 1) * SAMPLE_RATE)))
    waiting = asyncio.ensure_future(noted.voice.wait_for_room())
    await asyncio.sleep(0)
    noted.pull(49)
    await asyncio.sleep(0)
    assert not waiting.done()
    noted.pull(2)
    await waiting


async def test_stopping_lets_a_producer_go() -> None:
    noted = Noted()
    speech = noted.say(level(1, round(100 * SAMPLE_RATE)))
    waiting = asyncio.ensure_future(noted.voice.wait_for_room())
    await asyncio.sleep(0)
    noted.voice.stop()
    await waiting
    assert speech.stopped


@given(st.lists(st.integers(0, 5000), max_size=MAX_SPEECHES))
async def test_every_sample_is_spoken_once_and_in_order(lengths: list[int]) -> None:
    noted = Noted()
    whole = np.arange(1, sum(lengths) + 1) % 30_000 + 1
    start = 0
    for length in lengths:
        noted.say(whole[start : start + length].astype(np.int16))
        start += length
    ticks = sum(lengths) // TICK_SAMPLES + 2
    heard = noted.pull(ticks)
    assert np.array_equal(heard[: len(whole)], whole)
    assert not heard[len(whole) :].any()
    assert noted.voice.waiting_seconds == 0


async def test_no_more_than_the_present_sentence_is_said_where_that_is_wanted() -> None:
    noted = Noted()
    noted.say(level(5, 960 * 5), 1, SubtitlePiece(0, "Yes."), SubtitlePiece(960 * 2, " And"))
    waiting = noted.say(level(7, 960), 2)
    noted.pull(1)
    noted.voice.finish_sentence()
    assert waiting.stopped
    assert noted.voice.open(3) is None
    assert np.array_equal(noted.pull(3), np.concatenate((level(5, 960), level(0, 1920))))
    assert noted.calls[2:] == ["started", ("Yes.", False, 1), ("", True, 1), "finished"]
