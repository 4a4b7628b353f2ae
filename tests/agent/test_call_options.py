from collections.abc import Callable

import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.errors import UsageError


def test_options_are_taken_by_name_or_have_their_default() -> None:
    options = CallOptions({"a": True, "b": 3, "c": "x"})
    assert options.flag("a", False) is True
    assert options.number("b", 1.0, 0, 5) == 3.0
    assert options.text("c", None) == "x"
    options.finish()
    assert options.flag("a", False) is False
    assert options.number("b", 1.5, 0, 5) == 1.5
    assert options.text("c", None) is None
    assert options.text("c", "y") == "y"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("flag", 1, "option flag is true or false, not a int"),
        ("number", "7", "option number is a number, not a str"),
        ("number", True, "not a bool"),
        ("number", 5.5, "option number is 5.5; it must be from 0 to 5"),
        ("text", 4, "option text is a text, not a int"),
        ("text", "x" * 11, "option text has 11 characters; at most 10 can be"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(name: str, value: str | float, says: str) -> None:
    options = CallOptions({name: value})
    takes: dict[str, Callable[[], object]] = {
        "flag": lambda: options.flag("flag", False),
        "number": lambda: options.number("number", 1, 0, 5),
        "text": lambda: options.text("text", None, limit=10),
    }
    with pytest.raises(UsageError, match=says):
        takes[name]()


def test_a_value_that_could_be_a_secret_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        CallOptions({"number": "hunter2"}).number("number", 1, 0, 5)
    assert "hunter2" not in str(caught.value)


def test_an_option_that_nobody_takes_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no option colour, speed here"):
        CallOptions({"speed": 1, "colour": 2}).finish()
