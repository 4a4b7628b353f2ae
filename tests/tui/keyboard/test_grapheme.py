import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.tui.keyboard.grapheme import first_grapheme_end, last_grapheme_begin

CHARACTERS = [
    "a",
    " ",
    "好",
    "e\u0301",
    "n\u0303\u0323",
    "❤\ufe0f",
    "👍🏽",
    "👨\u200d👩\u200d👧",
    "🇩🇪",
    "🏴\U000e0067\U000e0062\U000e007f",
    "का",
]


@pytest.mark.parametrize("character", CHARACTERS)
def test_each_is_one(character: str) -> None:
    assert first_grapheme_end(character + "x") == len(character)
    assert last_grapheme_begin("x" + character) == 1


@given(st.lists(st.sampled_from(CHARACTERS), min_size=1, max_size=8))
def test_several_are_told_apart_from_both_ends(characters: list[str]) -> None:
    text = "".join(characters)
    assert first_grapheme_end(text) == len(characters[0])
    assert last_grapheme_begin(text) == len(text) - len(characters[-1])


def test_nothing_has_no_end() -> None:
    assert (first_grapheme_end(""), last_grapheme_begin("")) == (0, 0)
