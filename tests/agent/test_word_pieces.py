import re

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.speech import SubtitlePiece
from aicall_cli.agent.word_pieces import WordPieces
from aicall_cli.speech.synthesiser import WordMark


def marks(text: str) -> list[WordMark]:
    return [WordMark(m.start() / 10, m.start(), m.end()) for m in re.finditer(r"\w+", text)]


def test_a_piece_is_a_word_with_its_punctuation() -> None:
    text = "Hello, “world” 3.5 ok."
    words = WordPieces(text)
    assert [piece.text for piece in words.pieces(marks(text))] == [
        "Hello,",
        " “world”",
        " 3.5",
        " ok.",
    ]
    assert words.rest() == []


def test_pieces_stand_where_their_word_is_heard() -> None:
    words = WordPieces("go on")
    assert words.pieces([WordMark(0.0, 0, 2)]) == [SubtitlePiece(0, "go")]
    assert words.pieces([WordMark(0.25, 3, 5)]) == [SubtitlePiece(12_000, " on")]


def test_what_nobody_marked_comes_at_the_end() -> None:
    assert WordPieces("… — …").rest() == [SubtitlePiece(0, "… — …")]
    words = WordPieces("one (two) three")
    words.pieces([WordMark(0.0, 0, 3)])
    assert words.rest() == [SubtitlePiece(0, " (two) three")]
    assert words.rest() == []


@given(st.text(), st.lists(st.tuples(st.floats(-1, 60), st.integers(0, 40), st.integers(0, 40))))
def test_the_pieces_are_the_text_whatever_is_marked(
    text: str, words: list[tuple[float, int, int]]
) -> None:
    cutter = WordPieces(text)
    pieces = cutter.pieces([WordMark(*word) for word in words]) + cutter.rest()
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.at >= 0 for piece in pieces)
