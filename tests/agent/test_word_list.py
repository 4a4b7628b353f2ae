import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.word_list import WordList

WORDS = WordList(("Stop!", "hang on", "等一下", "", "?"))


@pytest.mark.parametrize("text", ["stop", "please STOP.", "Oh, hang  on a second", "你等一下啊"])
def test_a_word_is_found_wherever_it_is_said(text: str) -> None:
    assert WORDS.found_in(text)


@pytest.mark.parametrize("text", ["", "nonstop", "stopping", "hang it on", "等下"])
def test_a_part_of_another_word_is_none(text: str) -> None:
    assert not WORDS.found_in(text)
    assert not WORDS.make_up(text)


def test_a_text_of_such_words_alone_is_told_from_one_with_more() -> None:
    assert WORDS.make_up("Stop, stop! Hang on.")
    assert not WORDS.make_up("Stop and tell me why")
    assert WordList(("stop", "stop it")).make_up("Stop it!")


@given(st.lists(st.text(max_size=10), max_size=5), st.text(max_size=30))
def test_any_words_may_be_looked_for_in_any_text(words: list[str], text: str) -> None:
    found = WordList(words)
    assert found.found_in(text) or not found.make_up(text)
