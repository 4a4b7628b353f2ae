"""Strategies for what a hostile peer can send where JSON is expected."""

from collections.abc import Sequence

from hypothesis import strategies as st

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


def messages(types: Sequence[str], fields: Sequence[str]) -> st.SearchStrategy[str | bytes]:
    """Texts near the protocol: known types (as JSON) and fields with values of every kind."""
    scalars = st.one_of(
        st.sampled_from(sorted(_NASTY)).map(_NASTY.__getitem__),
        st.sampled_from(types),
        st.integers().map(str),
        st.integers(0, 10).map(str),
        st.floats().map(repr),
        st.text(st.characters(codec="ascii", exclude_characters='"\\'), max_size=10).map(
            lambda text: f'"{text}"'
        ),
    )
    values = st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]"),
            _objects(fields, inner),
        ),
        max_leaves=8,
    )
    known = st.builds(
        lambda kind, body: '{"type":' + kind + "," + body[1:] if len(body) > 2 else body,
        st.sampled_from(types),
        _objects(fields, values),
    )
    texts = st.one_of(known, values, st.text(max_size=50))
    return st.one_of(texts, texts.flatmap(_damaged), st.binary(max_size=100))


def _objects(fields: Sequence[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    # A closure without arguments: hypothesis prints strategies, and nested ones are long.
    @st.composite
    def an_object(draw: st.DrawFn) -> str:
        names = draw(st.lists(st.sampled_from(fields), max_size=5))
        return "{" + ",".join(f'"{name}":{draw(values)}' for name in names) + "}"

    return an_object()


def _damaged(text: str) -> st.SearchStrategy[bytes]:
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
