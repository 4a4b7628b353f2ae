import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.speech.sentences import MAX_SENTENCE, SentenceCutter, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Hello", ["Hello"]),
        ("Hello. How are you?", ["Hello. ", "How are you?"]),
        ("It costs 3.5 euros.", ["It costs 3.5 euros."]),
        ('He said "Go!" and went.', ['He said "Go!" ', "and went."]),
        ("One\ntwo", ["One\n", "two"]),
        ("\n\n Hello. You", ["\n\n Hello. ", "You"]),
        ("你好。再见！好", ["你好。", "再见！", "好"]),  # noqa: RUF001 - full-width marks are the point
        ("Wait... what?!  Yes", ["Wait... ", "what?!  ", "Yes"]),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


def test_a_sentence_comes_out_as_soon_as_the_next_one_begins() -> None:
    cutter = SentenceCutter()
    assert list(cutter.feed("Hello the")) == []
    assert list(cutter.feed("re. ")) == []
    assert list(cutter.feed("H")) == ["Hello there. "]
    assert list(cutter.flush()) == ["H"]
    assert list(cutter.flush()) == []


def test_a_long_sentence_is_cut_at_a_space() -> None:
    pieces = list(sentences("word " * 200))
    assert all(piece.endswith("word ") for piece in pieces)
    assert max(map(len, pieces)) <= MAX_SENTENCE


def test_a_long_word_is_cut_anywhere() -> None:
    assert [len(piece) for piece in sentences("a" * 1000)] == [MAX_SENTENCE, MAX_SENTENCE, 200]


_TEXT = st.text(st.sampled_from("ab .!?\n\"'。”é"), max_size=300)
_PIECES = st.lists(st.one_of(_TEXT, st.just("x" * 390), st.just(" " * 390)), max_size=12)


@given(_PIECES)
def test_nothing_is_lost_and_the_cuts_do_not_depend_on_how_the_text_arrives(
    pieces: list[str],
) -> None:
    cutter = SentenceCutter()
    streamed = [sentence for piece in pieces for sentence in cutter.feed(piece)]
    streamed += cutter.flush()
    text = "".join(pieces)
    assert "".join(streamed) == text
    assert streamed == list(sentences(text))
    assert all(0 < len(sentence) <= MAX_SENTENCE for sentence in streamed)
