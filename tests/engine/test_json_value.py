import json
from collections import UserDict
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.json_value import MAX_DEPTH, json_copy, well_formed


class _Number(IntEnum):
    SEVEN = 7


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -(2**63), 2**64 - 1, 1.5, "", "é", [], {}, [1, [2, {"a": None}]]],
    ids=repr,
)
def test_json_is_copied_as_it_is(value: object) -> None:
    copied = json_copy(value)
    assert copied == value
    assert type(copied) is type(value)


def test_the_copy_is_plain_and_its_own() -> None:
    value = {"a": [1, 2]}
    copied = json_copy(value)
    value["a"].append(3)
    assert copied == {"a": [1, 2]}
    assert json.dumps(json_copy(UserDict({"a": (1, _Number.SEVEN)}))) == '{"a": [1, 7]}'


def test_half_a_character_is_replaced() -> None:
    assert json_copy({"\ud800": ["\udfff"]}) == {"\ufffd": ["\ufffd"]}
    assert well_formed("a\ud83d\U0001f600") == "a\ufffd\U0001f600"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (2**64, "a number that JSON cannot carry"),
        (-(2**63) - 1, "a number that JSON cannot carry"),
        (float("nan"), "a number that JSON cannot carry"),
        ([float("inf")], "a number that JSON cannot carry"),
        ({1: 2}, "a key of type int, not a text"),
        ({"a": b""}, "a value of type bytes, which JSON does not have"),
        ({"a": {1}}, "a value of type set, which JSON does not have"),
    ],
    ids=repr,
)
def test_what_is_no_json_is_refused(value: object, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}$"):
        json_copy(value)


def test_nesting_is_bounded() -> None:
    value: object = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert json_copy(value) == value
    for deeper in ([value], {"a": value}):
        with pytest.raises(ValueError, match=f"nested deeper than {MAX_DEPTH}"):
            json_copy(deeper)
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="nested deeper"):
        json_copy(loop)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    )
)
def test_what_is_copied_can_be_carried(value: object) -> None:
    try:
        copied = json_copy(value)
    except ValueError:
        return
    text = json.dumps(copied, ensure_ascii=False, allow_nan=False)
    assert json.loads(text.encode()) == copied
