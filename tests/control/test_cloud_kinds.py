import json
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.control.cloud_kinds import (
    IsoTime,
    Json,
    Kind,
    Text,
    Truth,
    UnixMilliseconds,
    Whole,
    Word,
)

MOMENT = datetime(2026, 11, 21, 8, 0, 0, 500_000, timezone(timedelta(hours=8)))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("kind", "value", "wire"),
    [
        (Text(), " a\n", " a\n"),
        (Text(3), "你好!", "你好!"),
        (Whole(0), 0, "0"),
        (Whole(1, 100), " 100 ", "100"),
        (Truth(), True, "true"),
        (Truth(), "False", "false"),
        (Word(("Text", "AudioUrl")), "audiourl", "AudioUrl"),
        (Json(), {"a": [1, None, "é"]}, '{"a":[1,null,"é"]}'),
        (Json(), ' { "a" : 1 } ', '{"a":1}'),
        (Json(), MappingProxyType({"a": MappingProxyType({})}), '{"a":{}}'),
        (Json(array=True), ({"a": 1},), '[{"a":1}]'),
        (IsoTime(), MOMENT, "2026-11-21T00:00:00Z"),
        (IsoTime(), "2026-11-21T08:00Z", "2026-11-21T08:00:00Z"),
        (UnixMilliseconds(), MOMENT, "1795219200500"),
        (UnixMilliseconds(), 5, "5"),
        (UnixMilliseconds(), "1960-01-01T00:00:00Z", "0"),
    ],
)
def test_a_value_goes_as_text(kind: Kind, value: object, wire: str) -> None:
    assert kind.wire(value) == wire


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Text(3), ""),
        (Text(3), "abcd"),
        (Text(), 5),
        (Text(), "\ud800"),
        (Whole(0), -1),
        (Whole(0, 5), 6),
        (Whole(0), True),
        (Whole(0), 1.0),
        (Whole(0), "one"),
        (Whole(0), "9" * 5000),
        (Truth(), "yes"),
        (Truth(), 1),
        (Word(("a",)), "b"),
        (Word(("a",)), None),
        (Json(), "[]"),
        (Json(), "{"),
        (Json(), "NaN"),
        (Json(), {"a": float("nan")}),
        (Json(), {"a": object()}),
        (Json(), {"a": "\ud800"}),
        (Json(), '{"a":' * 100_000),
        (Json(5), {"abc": 1}),
        (Json(array=True), "{}"),
        (Json(array=True), '"text"'),
        (IsoTime(), datetime(2026, 11, 21)),  # noqa: DTZ001 - which is what it refuses
        (IsoTime(), "2026-11-21T08:00:00"),
        (IsoTime(), "0001-01-01T00:00:00+01:00"),
        (IsoTime(), 5),
        (UnixMilliseconds(), "today"),
        (UnixMilliseconds(), -5),
    ],
)
def test_another_value_is_refused_without_being_repeated(kind: Kind, value: object) -> None:
    with pytest.raises(ValueError, match="must be ") as caught:
        kind.wire(value)
    assert str(caught.value) == f"must be {kind.meaning}"


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (Text(64), "a text of 1 to 64 characters"),
        (Whole(1), "a whole number of at least 1"),
        (Whole(0, 5), "a whole number from 0 to 5"),
        (Word(("a", "b")), "a or b"),
        (Json(9), "a JSON object of at most 9 characters"),
        (Json(9, array=True), "a JSON array of at most 9 characters"),
    ],
)
def test_what_it_must_be_has_its_bounds(kind: Kind, meaning: str) -> None:
    assert kind.meaning == meaning


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), PLAIN))
def test_an_object_arrives_as_it_was(value: dict[str, object]) -> None:
    try:
        wire = Json().wire(value)
    except ValueError:  # a key that is torn
        return
    assert json.loads(wire) == value
    assert Json().wire(wire) == wire


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)))  # noqa: DTZ001
def test_milliseconds_lead_back_to_the_moment(moment: datetime) -> None:
    since = int(UnixMilliseconds().wire(moment))
    assert abs((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=since)) - moment) < (
        timedelta(milliseconds=1)
    )
