import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.speech import Speech, SubtitlePiece, ToldPiece
from aicall_cli.audio.format import Pcm


def ones(samples: int) -> Pcm:
    return np.ones(samples, np.int16)


def test_audio_comes_out_as_it_went_in() -> None:
    speech = Speech(7)
    pcm = np.arange(1000, dtype=np.int16)
    for start in range(0, 1000, 130):
        speech.append(pcm[start : start + 130])
    assert speech.waiting == 1000
    assert np.array_equal(np.concatenate([speech.take(n) for n in (1, 300, 699, 10)]), pcm)
    assert speech.waiting == 0
    assert not speech.over
    speech.close()
    assert speech.over


def test_pieces_are_told_with_the_samples_they_belong_to() -> None:
    speech = Speech(1)
    speech.append(ones(100), [SubtitlePiece(0, "go "), SubtitlePiece(60, "forward")])
    speech.append(ones(100), [SubtitlePiece(50, " ten"), SubtitlePiece(99, " meters")])
    speech.close()
    assert speech.due_pieces() == []
    speech.take(60)
    assert speech.due_pieces() == [ToldPiece("go ", False)]
    speech.take(1)
    assert speech.due_pieces() == [ToldPiece("forward", False)]
    speech.take(100)
    assert speech.due_pieces() == [ToldPiece(" ten", False)]
    speech.take(39)
    assert speech.due_pieces() == [ToldPiece(" meters", True)]


def test_a_speech_closed_after_its_last_word_has_an_empty_last_piece() -> None:
    speech = Speech(1)
    speech.append(ones(10), [SubtitlePiece(0, "word")])
    speech.take(5)
    assert speech.due_pieces() == [ToldPiece("word", False)]
    speech.close()
    assert speech.due_pieces() == []
    speech.take(5)
    assert speech.due_pieces() == [ToldPiece("", True)]
    assert speech.due_pieces() == []


def test_a_piece_beyond_the_audio_is_told_at_its_end() -> None:
    speech = Speech(1)
    speech.append(ones(10), [SubtitlePiece(10, "word")])
    speech.close()
    speech.take(10)
    assert speech.due_pieces() == [ToldPiece("word", True)]


def test_pieces_without_audio_are_told_at_once() -> None:
    speech = Speech(1)
    speech.append(ones(0), [SubtitlePiece(0, "only text")])
    speech.close()
    assert speech.due_pieces() == [ToldPiece("only text", True)]


def test_stopping_ends_a_subtitle_that_was_begun() -> None:
    speech = Speech(1)
    speech.append(ones(100), [SubtitlePiece(0, "said"), SubtitlePiece(90, "unsaid")])
    speech.take(10)
    speech.due_pieces()
    assert speech.stop() == [ToldPiece("", True)]
    assert speech.stopped
    assert speech.over


def test_stopping_one_that_nobody_read_says_nothing() -> None:
    speech = Speech(1)
    speech.append(ones(100), [SubtitlePiece(50, "unsaid")])
    assert speech.stop() == []


def test_what_a_stopped_speech_still_gets_goes_nowhere() -> None:
    speech = Speech(1)
    speech.stop()
    speech.append(ones(100), [SubtitlePiece(0, "late")])
    assert speech.waiting == 0
    assert speech.due_pieces() == []


def test_appending_after_closing_is_a_mistake() -> None:
    speech = Speech(1)
    speech.close()
    with pytest.raises(AssertionError):
        speech.append(ones(1))


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 220)), min_size=1, max_size=8),
    st.integers(1, 90),
    st.booleans(),
)
def test_every_piece_is_told_once_in_order_and_one_is_the_last(
    chunks: list[tuple[int, int]], step: int, close_early: bool
) -> None:
    speech = Speech(1)
    for number, (samples, at) in enumerate(chunks):
        speech.append(ones(samples), [SubtitlePiece(at, str(number))])
    if close_early:
        speech.close()
    told: list[ToldPiece] = []
    while speech.waiting:
        speech.take(step)
        told += speech.due_pieces()
    speech.close()
    told += speech.due_pieces()
    assert "".join(piece.text for piece in told) == "".join(map(str, range(len(chunks))))
    assert [piece.end for piece in told] == [False] * (len(told) - 1) + [True]


WORDS = (" Go", " on.", " It", " is", " far!", " Really")


def spoken(words: tuple[str, ...] = WORDS, samples: int = 0) -> Speech:
    """Return a speech of 100 samples a word, of which so many were taken."""
    speech = Speech(1)
    for word in words:
        speech.append(ones(100), [SubtitlePiece(0, word)])
    speech.take(samples)
    speech.due_pieces()
    return speech


@pytest.mark.parametrize(("taken", "left"), [(1, 199), (150, 50), (200, 0), (201, 299), (410, 90)])
def test_a_speech_can_end_with_its_present_sentence(taken: int, left: int) -> None:
    speech = spoken(samples=taken)
    speech.finish_sentence()
    assert speech.stopped
    assert speech.waiting == left
    speech.append(ones(100), [SubtitlePiece(0, " more")])
    assert speech.waiting == left
    speech.take(left)
    told = speech.due_pieces()
    assert speech.over
    assert told[-1].end
    assert speech.told.endswith((".", "!"))


def test_the_rest_of_the_sentence_may_still_be_on_its_way() -> None:
    speech = spoken((" Go",), samples=50)
    speech.finish_sentence()
    assert not speech.stopped
    speech.append(ones(100), [SubtitlePiece(0, " on.")])
    assert not speech.stopped
    speech.append(ones(100), [SubtitlePiece(0, " It")])
    assert speech.waiting == 150


def test_a_last_sentence_is_spoken_as_it_is() -> None:
    speech = spoken((" Go", " on"), samples=50)
    speech.finish_sentence()
    speech.close()
    assert speech.waiting == 150
    assert not speech.stopped


def test_nothing_more_is_waited_for_where_nothing_is_being_spoken() -> None:
    for words, rest in ((WORDS[:2], [SubtitlePiece(0, " ")]), ((" Go",), [])):
        speech = spoken(words, samples=200)
        speech.append(ones(0), rest)
        speech.finish_sentence()
        assert speech.over
        assert speech.due_pieces()[-1].end


def test_what_comes_late_of_a_sentence_that_is_spoken_ends_it() -> None:
    speech = spoken((" Go.",), samples=50)
    speech.finish_sentence()
    speech.take(50)
    speech.append(ones(0), [SubtitlePiece(0, " ")])
    assert speech.over
