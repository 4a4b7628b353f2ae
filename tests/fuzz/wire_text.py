"""Strategies for what a hostile peer can send where JSON is expected."""

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.protocol.golden import golden, golden_names

# What JSON readers trip over: integers beyond the digits that Python converts, constants
# that JSON does not have, floats beyond range, lone surrogates, deep nesting, booleans and
# floats that pass for integers.
_NASTY = {
    "an integer beyond the digits that are converted": "9" * 5000,
    "minus zero": "-0",
    "a float beyond range": "1e999",
    "a whole float": "1.0",
    "a constant": "NaN",
    "a negative constant": "-Infinity",
    "a boolean": "true",
    "null": "null",
    "an escaped surrogate": r'"\ud800"',
    "a surrogate": '"\ud800"',
    "NUL": r'"\u0000"',
    "a long text": '"' + "x" * 9000 + '"',
    "nested too deeply": "[" * 3000,
    "nested deeply and closed": "[" * 500 + "]" * 500,
    "objects nested too deeply": '{"a":' * 3000,
    "an empty object": "{}",
    "an empty array": "[]",
    "an empty text": '""',
    "an integer beyond 64 bits": "18446744073709551616",
}


@st.composite
def messages(draw: st.DrawFn, protocol: str) -> str | bytes:
    """Golden messages with fields changed, damaged ones, and plain noise."""
    # By hand: one_of would take all alternatives of its parts to be equally likely.
    kind = draw(st.integers(0, 9))
    if kind < 7:
        return draw(changed_messages(protocol))
    if kind < 9:
        return draw(damaged(draw(changed_messages(protocol))))
    return draw(st.one_of(values(), st.text(max_size=50), st.binary(max_size=100)))


@dataclass(frozen=True)
class _Raw:
    """JSON text that stands in a message as it is, valid or not."""

    text: str


def values() -> st.SearchStrategy[str]:
    """JSON texts of every kind, among them those that are easily misread."""
    scalars = st.one_of(
        st.sampled_from(sorted(_NASTY)).map(_NASTY.__getitem__),
        st.integers(-3, 10).map(str),
        st.integers().map(str),
        st.floats(allow_nan=False, allow_infinity=False).map(repr),
        st.booleans().map(json.dumps),
        st.text(max_size=10).map(json.dumps),
    )
    return st.one_of(scalars, scalars.map(lambda text: f"[{text}]"))


@st.composite
def changed_messages(draw: st.DrawFn, protocol: str) -> str:
    """Golden messages with up to three fields replaced or removed."""
    return draw(changed_object(json.loads(draw(st.sampled_from(_corpus(protocol))))))


@st.composite
def changed_object(draw: st.DrawFn, given: dict[str, Any]) -> str:
    """JSON text of an object with up to three fields replaced or removed."""
    message = deepcopy(given)
    for _ in range(draw(st.integers(0, 3))):
        parent, key = draw(st.sampled_from(_places(message)))
        if key == "type" and draw(st.integers(0, 3)):
            continue  # or what the type decides is seldom reached
        if draw(st.integers(0, 4)) == 0:
            del parent[key]
        else:
            parent[key] = _Raw(draw(values()))
        if not message:
            break
    return _dump(message)


@cache
def _corpus(protocol: str) -> list[bytes]:
    """Return the golden messages that are valid JSON."""
    files = [golden(protocol, name) for name in sorted(golden_names(protocol))]
    return [data for data in files if data.rstrip().endswith(b"}")]


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Return every field and item below ``node`` as its container and its key."""
    keys = list(node) if isinstance(node, dict) else range(len(node))
    places: list[tuple[Any, Any]] = []
    for key in keys:
        places.append((node, key))
        if isinstance(node[key], dict | list):
            places += _places(node[key])
    return places


def _dump(node: Any) -> str:
    if isinstance(node, _Raw):
        return node.text
    if isinstance(node, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_dump(node[key])}" for key in node) + "}"
    if isinstance(node, list):
        return "[" + ",".join(_dump(item) for item in node) + "]"
    return json.dumps(node)


def damaged(text: str) -> st.SearchStrategy[bytes]:
    """Cut the text anywhere, or put a byte where it does not belong."""
    data = text.encode("utf-8", "surrogatepass")
    places = st.integers(0, len(data))
    return st.one_of(
        places.map(lambda place: data[:place]),
        st.builds(
            lambda place, byte: data[:place] + bytes([byte]) + data[place + 1 :],
            places,
            st.integers(0, 255),
        ),
    )
