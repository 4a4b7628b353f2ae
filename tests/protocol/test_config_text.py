import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.errors import UsageError
from aicall_cli.protocol.config_kind import Choice, Kind
from aicall_cli.protocol.config_text import (
    Identifier,
    Items,
    JsonText,
    SecretText,
    Text,
    parse_json,
)
from aicall_cli.secret import Secret

WORDS = Items(Text(limit=5), 3)
MODES = Items(Choice(("a", "b")), 3)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (Text(3), "abc", "abc"),
        (Text(), "\ud800", "\ufffd"),
        (SecretText(), "hunter2", Secret("hunter2")),
        (SecretText(), Secret("hunter2"), Secret("hunter2")),
        (Identifier(), "agent_1-A", "agent_1-A"),
        (JsonText(), '{"a": 1}', '{"a": 1}'),
        (JsonText(), {"a": [1, None]}, '{"a":[1,null]}'),
        (WORDS, ["stop", "wait"], ("stop", "wait")),
        (WORDS, (), ()),
    ],
)
def test_what_is_taken(kind: Kind, value: object, kept: object) -> None:
    assert kind.check(value, "X") == kept


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (Text(), 5, "X must be a text of at most 8192 characters, not 5"),
        (Text(5), "hunter2", "X must be a text of at most 5 characters, not of 7"),
        (SecretText(), 5, "X must be a text"),
        (Identifier(), "a b", "X must be 1 to 64 letters, digits, _ and -, not 'a b'"),
        (Identifier(), "", "not ''"),
        (Identifier(), "x" * 65, "not 'xxx"),
        (Identifier(), "é", "not 'é'"),
        (Identifier(), 5, "not 5"),
        (JsonText(), "[1]", "X must be a JSON object"),
        (JsonText(), "{", "X is not JSON in line 1, column 2: expecting property name"),
        (JsonText(), '{"a": NaN}', "X is not JSON: it holds a number that cannot be read"),
        (JsonText(), {"a": dt.date(2024, 1, 1)}, "X holds what JSON cannot say"),
        (JsonText(), {"a": float("nan")}, "X holds what JSON cannot say"),
        (JsonText(), [], "X must be a JSON object, not a list"),
        (WORDS, "stop", "X must be a list of at most 3, not 'stop'"),
        (WORDS, ["a"] * 4, "X must be a list of at most 3, not of 4"),
        (WORDS, ["a", 5], "X[1] must be a text"),
        (MODES, ["a", "c"], "X[1] must be a or b, not 'c'"),
    ],
)
def test_what_is_refused_by_name_with_what_may_be(kind: Kind, value: object, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        kind.check(value, "X")
    assert says in caught.value.message
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (Text(), "", ""),
        (SecretText(), "hunter2", Secret("hunter2")),
        (JsonText(), '{"a": 1}', '{"a": 1}'),
        (WORDS, "stop, wait,", ("stop", "wait")),
        (WORDS, ' ["a, b"]', ("a, b",)),
        (MODES, '["a"]', ("a",)),
    ],
)
def test_what_a_text_says(kind: Kind, text: str, kept: object) -> None:
    assert kind.parse(text, "X") == kept


@pytest.mark.parametrize(
    ("kind", "value", "plain"),
    [
        (SecretText(), Secret("hunter2"), "hunter2"),
        (JsonText(), '{"a":1}', '{"a":1}'),
        (WORDS, ("a", "b"), ["a", "b"]),
    ],
)
def test_what_is_written(kind: Kind, value: Any, plain: object) -> None:
    assert kind.plain(value) == plain


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "X is nested too deeply"),
        ('{\n"a": hunter2}', "X is not JSON in line 2, column 6: expecting value"),
        ("9" * 5000, "X is not JSON: it holds a number that cannot be read"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_json(text, "X")
    assert caught.value.message.startswith(says)
    assert "hunter2" not in caught.value.message


@given(st.text(max_size=60))
def test_any_text_is_json_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        parse_json(text, "X")
