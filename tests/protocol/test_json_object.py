import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.json_value import well_formed
from aicall_cli.engine.limits import MAX_INTEGER
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.json_object import JsonObject, dump_object, parse_object

_LIMIT = 4096


def _parse(text: str | bytes, limit: int = _LIMIT) -> JsonObject:
    return parse_object(text, name="test message", limit=limit)


def _of(**fields: Any) -> JsonObject:
    return JsonObject(fields, "test message")


def test_text_and_bytes_read_alike() -> None:
    text = '{"a": "é"}'
    assert _parse(text).text("a") == _parse(text.encode()).text("a") == "é"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ('{"a": NaN}', "not valid JSON"),
        ('{"a": -Infinity}', "not valid JSON"),
        ('{"a": ' + "9" * 5000 + "}", "not valid JSON"),
        ("[" * 4000, "not valid JSON"),
        ("[1]", "not a JSON object but list"),
        ("null", "not a JSON object but NoneType"),
        (b"\xff{}", "not UTF-8"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        ("\ud800", "not valid JSON"),
    ],
)
def test_what_is_no_object_is_refused(text: str | bytes, says: str) -> None:
    with pytest.raises(RemoteProtocolError, match=f"^test message: ({says}|nested too deeply)$"):
        _parse(text, limit=10_000)


def test_deep_nesting_is_refused_by_name() -> None:
    depth = 100 * sys.getrecursionlimit()
    with pytest.raises(RemoteProtocolError, match="nested too deeply"):
        _parse('{"a":' * depth, limit=10 * depth)


def test_the_limit_is_in_bytes() -> None:
    text = '{"a":"éé"}'  # 10 characters, 12 bytes
    assert _parse(text, limit=12).text("a") == "éé"
    for message in (text, text.encode(), text + " " * 12):
        with pytest.raises(RemoteProtocolError, match="longer than 11 bytes"):
            _parse(message, limit=11)


def test_a_lone_surrogate_counts_as_bytes_and_is_replaced() -> None:
    assert _parse('{"a":"\ud800"}').text("a") == "\ufffd"
    assert _parse(r'{"a":"\ud800x"}').text("a") == "\ufffdx"
    assert _parse(r'{"a":"\ud83d\ude42"}').text("a") == "🙂"


def test_text() -> None:
    assert _of(a="x").text("a") == "x"
    assert _of().text("a", "d") == "d"
    assert _of(a=None).text("a", "d") == "d"
    with pytest.raises(RemoteProtocolError, match="a is missing"):
        _of().text("a")
    with pytest.raises(RemoteProtocolError, match="a is not a string but of type int"):
        _of(a=1).text("a")
    assert _of(a="xxx").text("a", limit=3) == "xxx"
    with pytest.raises(RemoteProtocolError, match="a has 4 characters, the limit is 3"):
        _of(a="xxxx").text("a", limit=3)


@pytest.mark.parametrize("value", [True, False, 1.0, "1", [], {}])
def test_an_integer_is_an_integer_only(value: object) -> None:
    with pytest.raises(RemoteProtocolError, match="a is not an integer"):
        _of(a=value).integer("a")


def test_an_integer_is_within_its_range() -> None:
    assert _of(a=MAX_INTEGER).integer("a") == MAX_INTEGER
    assert _of(a=-MAX_INTEGER).integer("a") == -MAX_INTEGER
    assert _of().integer("a", 7) == 7
    for value in (MAX_INTEGER + 1, -MAX_INTEGER - 1, 10**300):
        with pytest.raises(RemoteProtocolError, match="a is not between"):
            _of(a=value).integer("a")
    with pytest.raises(RemoteProtocolError, match="a is not between 0 and 9"):
        _of(a=10).integer("a", low=0, high=9)


@pytest.mark.parametrize(("value", "read"), [(True, True), (False, False), (1, True), (0, False)])
def test_a_boolean_may_be_written_as_a_number(value: object, read: bool) -> None:
    assert _of(a=value).boolean("a") is read


def test_a_boolean_is_nothing_else() -> None:
    assert _of().boolean("a", True) is True
    with pytest.raises(RemoteProtocolError, match="a is missing"):
        _of().boolean("a")
    values: list[object] = [2, -1, 0.5, "true", []]
    for value in values:
        with pytest.raises(RemoteProtocolError, match="a is not a boolean"):
            _of(a=value).boolean("a")


def test_nested_objects() -> None:
    outer = _of(a={"b": 1})
    assert outer.nested("a").integer("b") == 1
    assert outer.nested("absent").keys() == []
    assert outer.keys() == ["a"]
    assert outer.raw("a") == {"b": 1}
    assert outer.raw("absent") is None
    with pytest.raises(RemoteProtocolError, match="test message: a is not an object"):
        _of(a=[]).nested("a")
    with pytest.raises(RemoteProtocolError, match="test message: a: b is not a string"):
        outer.nested("a").text("b")


def test_arrays() -> None:
    assert _of(a=[1, "x"]).items("a", limit=2) == [1, "x"]
    assert _of().items("a", limit=2) == []
    with pytest.raises(RemoteProtocolError, match="a is not an array"):
        _of(a={}).items("a", limit=2)
    with pytest.raises(RemoteProtocolError, match="a has 3 items, the limit is 2"):
        _of(a=[1, 2, 3]).items("a", limit=2)


def test_errors_never_repeat_the_peers_text() -> None:
    hostile = "\x1b[2Jsecret"
    for read in (
        lambda: _parse(hostile),
        lambda: _of(a=[hostile]).text("a"),
        lambda: _of(a=hostile).integer("a"),
    ):
        with pytest.raises(RemoteProtocolError) as caught:
            read()
        assert "secret" not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_dump_is_one_compact_line() -> None:
    assert dump_object({"a": "é\n", "b": [1, True]}) == '{"a":"é\\n","b":[1,true]}'
    with pytest.raises(ValueError):
        dump_object({"a": float("nan")})


@given(st.text(st.characters(), max_size=20))
def test_what_is_dumped_is_utf8_and_reads_back(text: str) -> None:
    dumped = dump_object({"a": text}).encode()
    assert json.loads(dumped)["a"] == well_formed(text)
    assert _parse(dumped).text("a") == well_formed(text)
