"""Any bytes, in any pieces, become inputs: never an error, and nothing stops the keys for long."""

from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.tui.keyboard.character_key import is_printable
from aicall_cli.tui.keyboard.key_event import KeyEvent, ParsedInput, Pasted
from aicall_cli.tui.keyboard.key_names import KEY_NAMES
from aicall_cli.tui.keyboard.key_parser import MAX_PASTE, MAX_STRING, KeyParser

_PIECES = (
    b"\x1b",
    b"\x1b[",
    b"\x1bO",
    b"\x1b]",
    b"\x1bP",
    b"\x1b\\",
    b"\x1b[[",
    b"\x1b[M",
    b"\x1b[?",
    b"\x1b[200~",
    b"\x1b[201~",
    b"\x1b[32;1:3u",
    b"\x1b[57441;2:1;65u",
    b"\x1b[32;57;32;1;0;999999_",
    b"\x1b[231;0;55357;1_",
    b"\x1b[231;0;56832;1_",
    b"\x1b[18;56;97;0;2;1_",
    b";",
    b":",
    b"9",
    b"u",
    b"~",
    b"_",
    b"c",
    b"\x07",
    b"\x18",
    b" ",
    b"\xc3",
    b"\xa9",
    b"\xf0\x9f\x98\x80",
)

_bytes = st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=8)), max_size=40).map(
    b"".join
)
_numbers = st.one_of(st.just(""), st.integers(0, 400).map(str), st.integers(0, 1 << 40).map(str))
_fields = st.lists(st.lists(_numbers, max_size=4).map(":".join), max_size=7).map(";".join)
_sequences = st.lists(
    st.builds(
        lambda mark, fields, final: f"\x1b[{mark}{fields}{final}".encode(),
        st.sampled_from(["", "?", ">", "<"]),
        _fields,
        st.sampled_from("ABEHPRSZIOMu~_cyt"),
    ),
    max_size=5,
).map(b"".join)


def _is_well_formed(item: ParsedInput) -> bool:
    if isinstance(item, KeyEvent):
        named = item.key in KEY_NAMES or (len(item.key) == 1 and is_printable(item.key))
        return (named or (not item.key and item.text != "")) and all(map(is_printable, item.text))
    return not isinstance(item, Pasted) or len(item.text) <= MAX_PASTE


@settings(max_examples=400)
@given(st.one_of(_bytes, _sequences, st.binary(max_size=200)), st.data())
def test_any_bytes_in_any_pieces_say_the_same(data: bytes, draws: st.DataObject) -> None:
    whole = KeyParser()
    said = whole.feed(data, 0.0)
    assert all(map(_is_well_formed, said))
    said += whole.expire(1000.0)

    pieces = KeyParser()
    in_pieces: list[ParsedInput] = []
    rest = data
    while rest:
        size = draws.draw(st.integers(1, len(rest)))
        in_pieces += pieces.feed(rest[:size], 0.0)
        rest = rest[size:]
    in_pieces += pieces.expire(1000.0)

    assert in_pieces == said
    assert pieces.ignored == whole.ignored
    assert pieces.releases_seen == whole.releases_seen


@settings(max_examples=300)
@given(st.one_of(_bytes, _sequences))
def test_after_any_bytes_and_a_pause_keys_are_keys_again(data: bytes) -> None:
    parser = KeyParser()
    parser.feed(data, 0.0)
    parser.expire(1000.0)
    assert parser.deadline is None
    assert parser.feed(b"a", 2000.0) == [KeyEvent("a", text="a")]


@settings(max_examples=50)
@given(_bytes, st.integers(1, 50))
def test_what_is_kept_is_bounded(data: bytes, times: int) -> None:
    parser = KeyParser()
    for _ in range(times):
        parser.feed(data * 20, 0.0)
        assert len(parser._buffer) <= MAX_STRING
        assert parser._paste is None or len(parser._paste) <= MAX_PASTE
