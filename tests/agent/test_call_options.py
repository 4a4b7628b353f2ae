from collections.abc import Callable

import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.errors import UsageError


def test_options_are_taken_by_name_or_have_their_default() -> None:
    options = CallOptions({"a": True, "b": 3, "c": "x"})
    assert options.flag("a", False) is True
    assert options.number("b", 1.0, 0, 5) == 3.0
    assert options.text("c", None) == "x"
    assert CallOptions({"word": "b"}).word("word", ("a", "b")) == "b"
    options.finish()
    assert options.word("word", ("a", "b")) == "a"
    assert options.flag("a", False) is False
    assert options.number("b", 1.5, 0, 5) == 1.5
    assert options.text("c", None) is None
    assert options.text("c", "y") == "y"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("flag", 1, "option flag is true or false, not 1"),
        ("number", "7", "option number is a number, not '7'"),
        ("number", True, "not true"),
        ("number", 5.5, "option number is 5.5; it must be from 0 to 5"),
        ("word", "c", "option word is a or b, not 'c'"),
        ("word", 1, "option word is a text, not 1"),
        ("text", 4, "option text is a text, not 4"),
        ("text", "x" * 11, "option text has 11 characters; at most 10 can be"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(name: str, value: str | float, says: str) -> None:
    options = CallOptions({name: value})
    takes: dict[str, Callable[[], object]] = {
        "flag": lambda: options.flag("flag", False),
        "number": lambda: options.number("number", 1, 0, 5),
        "word": lambda: options.word("word", ("a", "b")),
        "text": lambda: options.text("text", None, limit=10),
    }
    with pytest.raises(UsageError, match=says):
        takes[name]()


def test_what_is_shown_of_a_value_is_short_and_harmless() -> None:
    with pytest.raises(UsageError) as caught:
        CallOptions({"number": "\x1b[2J" + "x" * 1000}).number("number", 1, 0, 5)
    assert "not '\\x1b[2Jxxx" in caught.value.message
    assert len(caught.value.message) < 100


def test_texts_are_a_json_array() -> None:
    options = CallOptions({"words": '["a", "b"]', "none": ""})
    assert options.texts("words", 2) == ("a", "b")
    assert options.texts("none", 2) == options.texts("words", 2) == ()
    for bad in ("{}", "[1]", "[", "[" * 8000):
        with pytest.raises(UsageError, match="option words is not a JSON array of texts"):
            CallOptions({"words": bad}).texts("words", 2)
    with pytest.raises(UsageError, match="option words has 3 texts; at most 2 can be"):
        CallOptions({"words": '["", "", ""]'}).texts("words", 2)


def test_an_option_that_nobody_takes_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no option colour, speed here"):
        CallOptions({"speed": 1, "colour": 2}).finish()
