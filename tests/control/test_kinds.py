import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.control.kinds import (
    MAX_TEXT,
    MAX_TEXTS,
    Choice,
    Folder,
    KeyringEntry,
    KeyringSecret,
    Kind,
    Number,
    SecretText,
    Text,
    Texts,
    Truth,
    Value,
)
from aicall_cli.secret import Secret

MODE = Choice(("hold", "toggle"))
COUNT = Number(0, 10, whole=True)
KINDS: tuple[Kind, ...] = (Text(), MODE, Truth(), Number(0.5), COUNT, Texts(), SecretText())


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (Text(), "words", "words"),
        (Text(), "", ""),
        (Folder(), "~/calls", str(Path.home() / "calls")),
        (Folder(), "calls", "calls"),
        (Folder(), "", ""),
        (MODE, "hold", "hold"),
        (Truth(), True, True),
        (Number(0.5), 0.5, 0.5),
        (Number(0.5), 7, 7),
        (COUNT, 10, 10),
        (COUNT, 3.0, 3),
        (Texts(), "one", ("one",)),
        (Texts(), ["one", "two"], ("one", "two")),
        (Texts(), [], ()),
        (Texts(), "", ()),
        (SecretText(), "hunter2", Secret("hunter2")),
        (SecretText(), "", ""),
        (SecretText(), {"keyring": True}, KeyringEntry()),
        (KeyringSecret(), {"keyring": True}, KeyringEntry()),
        (KeyringSecret(), "", ""),
    ],
)
def test_what_a_file_may_say(kind: Kind, value: object, read: Value) -> None:
    checked = kind.check(value)
    assert (checked, type(checked)) == (read, type(read))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Text(), 1),
        (Text(), "two\nlines"),
        (Text(), "a\x00b"),
        (Text(), "x" * (MAX_TEXT + 1)),
        (Folder(), 1),
        (MODE, "press"),
        (MODE, 1),
        (Truth(), 1),
        (Truth(), "true"),
        (Number(0.5), 0.4),
        (Number(0.5), True),
        (Number(0.5), "1"),
        (Number(0.5), math.inf),
        (Number(0.5), math.nan),
        (COUNT, 1.5),
        (COUNT, 11),
        (Texts(), ["one", 2]),
        (Texts(), ["two\nlines"]),
        (Texts(), ["x"] * (MAX_TEXTS + 1)),
        (Texts(), {"a": "b"}),
        (SecretText(), 5),
        (SecretText(), {"keyring": False}),
        (SecretText(), {"keyring": True, "more": 1}),
        (SecretText(), {"file": True}),
        (KeyringSecret(), "hunter2"),
        (KeyringSecret(), 5),
    ],
)
def test_what_a_file_may_not_say(kind: Kind, value: object) -> None:
    with pytest.raises(ValueError, match=r"^must be ") as raised:
        kind.check(value)
    assert kind.meaning in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        (Text(), " as it is ", " as it is "),
        (Folder(), "a b", "a b"),
        (MODE, "toggle", "toggle"),
        (Truth(), "Yes", True),
        (Truth(), "0", False),
        (Number(0.5), "2.5", 2.5),
        (Number(0.5), "3", 3),
        (COUNT, "4", 4),
        (Texts(), " one  two ", ("one", "two")),
        (SecretText(), "hunter2", Secret("hunter2")),
        (KeyringSecret(), "hunter2", Secret("hunter2")),
        (KeyringSecret(), "", ""),
    ],
)
def test_what_a_text_may_say(kind: Kind, text: str, read: Value) -> None:
    parsed = kind.parse(text)
    assert (parsed, type(parsed)) == (read, type(read))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Text(), "a\tb"),
        (MODE, "HOLD"),
        (Truth(), "maybe"),
        (Number(0.5), "many"),
        (Number(0.5), "nan"),
        (COUNT, "1.5"),
        (SecretText(), "a\r\nb"),
        (KeyringSecret(), "a\tb"),
    ],
)
def test_what_a_text_may_not_say(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError, match=r"^must be "):
        kind.parse(text)


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (Number(0.5), "a number of at least 0.5"),
        (COUNT, "a whole number from 0 to 10"),
        (MODE, "hold or toggle"),
    ],
)
def test_a_kind_says_what_it_takes(kind: Kind, meaning: str) -> None:
    assert kind.meaning == meaning


@given(st.sampled_from(KINDS), st.text(max_size=20))
def test_any_text_is_read_or_refused_without_being_repeated(kind: Kind, text: str) -> None:
    assert _refusal(kind, text) in (None, f"must be {kind.meaning}")


def _refusal(kind: Kind, text: str) -> str | None:
    try:
        kind.parse(text)
    except ValueError as error:
        return str(error)
    return None
