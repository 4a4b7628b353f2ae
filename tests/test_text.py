"""What a peer says can never steer the terminal that shows it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.text import escape

ANY_TEXT = st.text(st.characters(exclude_categories=()))
HOSTILE_TEXT = st.text(st.sampled_from("\x00\x07\x1b[2J\x7f\x9b\ud800\u2028\u202e\u2066ab \n…"))


@given(text=ANY_TEXT | HOSTILE_TEXT, limit=st.integers(1, 30))
def test_nothing_unsafe_comes_out(text: str, limit: int) -> None:
    shown = escape(text, limit=limit)
    categories = {unicodedata.category(character) for character in shown}
    assert not categories & {"Cc", "Cs", "Zl", "Zp"}
    assert not any(
        unicodedata.bidirectional(character) in {"LRE", "RLE", "PDF", "LRO", "RLO"}
        or unicodedata.bidirectional(character) in {"LRI", "RLI", "FSI", "PDI"}
        for character in shown
    )
    assert len(shown) <= limit
    shown.encode("utf-8")


@given(text=ANY_TEXT | HOSTILE_TEXT)
def test_escaping_twice_changes_nothing(text: str) -> None:
    assert escape(escape(text)) == escape(text)


@pytest.mark.parametrize(
    "text", ["go forward ten meters", "¿Qué tal? 你好 👩‍👩‍👧 naïve", "שלום", "", "\\x1b is text"]
)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\tand\rmore", "two lines and more"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\\ud800"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2028b", "a\\u2028b"),
        ("\x00\x7f", "\\x00\\x7f"),
    ],
)
def test_unsafe_characters_become_visible(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("ab\x1bcd", 8, "ab\\x1bcd"),
        ("ab\x1bcd", 7, "ab\\x1b…"),
        ("ab\x1bcd", 6, "ab…"),
        ("ab", 1, "…"),
    ],
)
def test_longer_text_is_cut_between_characters_and_marked(
    text: str, limit: int, shown: str
) -> None:
    assert escape(text, limit=limit) == shown
