from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.emotion_tag import EMOTIONS, NEUTRAL, EmotionTag


def fed(*pieces: str) -> tuple[str, str | None]:
    """Return the text of an answer in ``pieces``, and its emotion."""
    tag = EmotionTag()
    text = "".join(map(tag.feed, pieces)) + tag.flush()
    return text, tag.emotion


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_tag_in_front_is_taken_out(emotion: str) -> None:
    assert fed(f"[{emotion}] Well, hello.") == ("Well, hello.", emotion)
    assert fed(f" \n[{emotion.upper()}]Hello.") == ("Hello.", emotion)


@pytest.mark.parametrize(
    "text",
    [
        "Hello.",
        "[delighted] Hello.",
        "[hap",
        "[happy",
        "Hello. [happy]",
        "",
        " ",
        "[",
        "(sad) Hi",
    ],
)
def test_what_is_no_tag_in_front_is_text(text: str) -> None:
    assert fed(text) == (text, NEUTRAL)


def test_an_emotion_is_known_as_soon_as_it_can_be() -> None:
    tag = EmotionTag()
    assert (tag.feed("[ha"), tag.emotion) == ("", None)
    assert (tag.feed("ppy]"), tag.emotion) == ("", "happy")
    assert (tag.feed(" "), tag.feed("Hi"), tag.feed(" [sad] ")) == ("", "Hi", " [sad] ")
    tag = EmotionTag()
    assert (tag.feed("[hm"), tag.emotion) == ("[hm", NEUTRAL)


@given(st.text(), st.lists(st.integers(0, 30)))
def test_nothing_is_lost_however_the_answer_is_cut(text: str, cuts: list[int]) -> None:
    whole = f"[angry] x{text}"
    at = sorted({0, len(whole), *(min(cut, len(whole)) for cut in cuts)})
    pieces = [whole[start:end] for start, end in pairwise(at)]
    assert fed(*pieces) == (f"x{text}", "angry")
