import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.chosen_voice import ChosenVoice
from aicall_cli.agent.pronunciation import Pronunciation, pronunciation_of
from aicall_cli.errors import UsageError
from aicall_cli.speech.synthesiser import WordMark
from tests.agent.speech_parts import FakeVoice

RULES = Pronunciation([("SQL", "sequel"), ("GIF", "jif file"), ("重庆", "冲庆"), (" ", "x")])


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Use sql, not MySQL.", "Use sequel, not MySQL."),
        ("我在重庆。", "我在冲庆。"),
        ("A gif of SQL", "A jif file of sequel"),
        ("nothing", "nothing"),
        ("", ""),
    ],
)
def test_whole_words_are_spoken_otherwise(written: str, spoken: str) -> None:
    assert RULES.apply(written).text == spoken


async def test_the_subtitle_is_what_is_written() -> None:
    old = FakeVoice()
    voice = ChosenVoice(old, lambda name: old, RULES)
    text = "A gif of SQL here"
    marks = [mark for chunk in [c async for c in voice.synthesise(text)] for mark in chunk.words]
    assert old.said == ["A jif file of sequel here"]
    words = [text[mark.text_start : mark.text_end] for mark in marks]
    assert words == ["A", "gif", "gif", "of", "SQL", "here"]


@given(st.lists(st.sampled_from(["SQL", "gif", " ", "a", "重庆", "."]), max_size=12), st.data())
def test_every_mark_lies_in_the_written_text(pieces: list[str], data: st.DataObject) -> None:
    written = "".join(pieces)
    spoken = RULES.apply(written)
    start = data.draw(st.integers(0, len(spoken.text)))
    end = data.draw(st.integers(start, len(spoken.text)))
    if start < end:
        mark = spoken.written(WordMark(0.0, start, end))
        assert 0 <= mark.text_start < mark.text_end <= len(written)


def test_rules_are_taken_from_the_options() -> None:
    rules = json.dumps([{"Word": "SQL", "Pronunciation": "sequel", "Type": "replacement"}])
    assert pronunciation_of(CallOptions({"pronunciation_rules": rules})).apply("SQL").text == (
        "sequel"
    )
    assert pronunciation_of(CallOptions({})).apply("SQL").text == "SQL"
    for bad in ("[1]", "{", json.dumps([{}] * 21), '[{"Word": 1}]'):
        with pytest.raises(UsageError):
            pronunciation_of(CallOptions({"pronunciation_rules": bad}))
