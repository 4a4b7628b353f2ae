import pytest

from aicall_cli.tui.keyboard.key_event import (
    AttributesAnswered,
    FlagsAnswered,
    FocusChanged,
    KeyEvent,
    KeyKind,
    Modifiers,
    ParsedInput,
    Pasted,
)
from aicall_cli.tui.keyboard.key_parser import (
    ESCAPE_SECONDS,
    MAX_PASTE,
    MAX_SEQUENCE,
    MAX_STRING,
    PASTE_SECONDS,
    SEQUENCE_SECONDS,
    KeyParser,
)

ALT, CTRL, SHIFT = Modifiers.ALT, Modifiers.CTRL, Modifiers.SHIFT
A = KeyEvent("a", text="a")


def parse(data: bytes) -> list[ParsedInput]:
    """Return what ``data`` says in one read and after all deadlines."""
    parser = KeyParser()
    said = parser.feed(data, 0.0)
    return said + parser.expire(100.0)


def _is_idle(parser: KeyParser) -> bool:
    return parser.deadline is None


PLAIN = [
    (b"p", KeyEvent("p", text="p")),
    (b"P", KeyEvent("p", SHIFT, text="P")),
    (b"?", KeyEvent("?", text="?")),
    (b"+", KeyEvent("+", text="+")),
    (b" ", KeyEvent("space", text=" ")),
    (b"\r", KeyEvent("enter")),
    (b"\n", KeyEvent("enter")),
    (b"\t", KeyEvent("tab")),
    (b"\x7f", KeyEvent("backspace")),
    (b"\x08", KeyEvent("backspace")),
    (b"\x00", KeyEvent("space", CTRL)),
    (b"\x03", KeyEvent("c", CTRL)),
    (b"\x15", KeyEvent("u", CTRL)),
    (b"\x1c", KeyEvent("\\", CTRL)),
    (b"\x1b", KeyEvent("escape")),
    (b"\x1bp", KeyEvent("p", ALT)),
    (b"\x1bP", KeyEvent("p", ALT | SHIFT)),
    (b"\x1b[", KeyEvent("[", ALT)),
    (b"\x1bO", KeyEvent("o", ALT | SHIFT)),
    (b"\x1b]", KeyEvent("]", ALT)),
    (b"\x1b\x7f", KeyEvent("backspace", ALT)),
    (b"\x1b\x01", KeyEvent("a", ALT | CTRL)),
    (b"\x1b\xc3\xa9", KeyEvent("é", ALT)),
    ("é".encode(), KeyEvent("é", text="é")),
    ("É".encode(), KeyEvent("é", SHIFT, text="É")),
    ("ß".encode(), KeyEvent("ß", text="ß")),
    ("İ".encode(), KeyEvent("İ", text="İ")),
    ("好".encode(), KeyEvent("好", text="好")),
    ("😀".encode(), KeyEvent("😀", text="😀")),
]

SEQUENCES = [
    (b"\x1b[A", KeyEvent("up")),
    (b"\x1bOA", KeyEvent("up")),
    (b"\x1b[1;5C", KeyEvent("right", CTRL)),
    (b"\x1b[1;2D", KeyEvent("left", SHIFT)),
    (b"\x1b[H", KeyEvent("home")),
    (b"\x1bOF", KeyEvent("end")),
    (b"\x1b[1~", KeyEvent("home")),
    (b"\x1b[8~", KeyEvent("end")),
    (b"\x1b[3~", KeyEvent("delete")),
    (b"\x1b[5~", KeyEvent("page_up")),
    (b"\x1b[6;3~", KeyEvent("page_down", ALT)),
    (b"\x1bOP", KeyEvent("f1")),
    (b"\x1b[11~", KeyEvent("f1")),
    (b"\x1b[[A", KeyEvent("f1")),
    (b"\x1b[1;2R", KeyEvent("f3", SHIFT)),
    (b"\x1b[15~", KeyEvent("f5")),
    (b"\x1b[21~", KeyEvent("f10")),
    (b"\x1b[24~", KeyEvent("f12")),
    (b"\x1b[Z", KeyEvent("tab", SHIFT)),
    (b"\x1b[27;5;13~", KeyEvent("enter", CTRL)),
    (b"\x1bOM", KeyEvent("enter")),
    (b"\x1bOk", KeyEvent("+", text="+")),
    (b"\x1bOs", KeyEvent("3", text="3")),
]

KITTY = [
    (b"\x1b[32u", KeyEvent("space", text=" ")),
    (b"\x1b[32;1:1u", KeyEvent("space", text=" ")),
    (b"\x1b[32;1:2u", KeyEvent("space", kind=KeyKind.REPEAT, text=" ")),
    (b"\x1b[32;1:3u", KeyEvent("space", kind=KeyKind.RELEASE)),
    (b"\x1b[32;2u", KeyEvent("space", SHIFT, text=" ")),
    (b"\x1b[27u", KeyEvent("escape")),
    (b"\x1b[13;1:3u", KeyEvent("enter", kind=KeyKind.RELEASE)),
    (b"\x1b[99;5u", KeyEvent("c", CTRL)),
    (b"\x1b[112;2u", KeyEvent("p", SHIFT, text="P")),
    (b"\x1b[80;2u", KeyEvent("p", SHIFT, text="P")),
    (b"\x1b[112;65u", KeyEvent("p", text="P")),
    (b"\x1b[112;66u", KeyEvent("p", SHIFT, text="p")),
    (b"\x1b[112;129u", KeyEvent("p", text="p")),
    (b"\x1b[47;2u", KeyEvent("/", SHIFT)),
    (b"\x1b[47:63;2u", KeyEvent("/", SHIFT, text="?")),
    (b"\x1b[47;2;63u", KeyEvent("/", SHIFT, text="?")),
    (b"\x1b[1095::120;5u", KeyEvent("ч", CTRL)),
    (b"\x1b[0;;229u", KeyEvent("å", text="å")),
    (b"\x1b[0;;20320:22909u", KeyEvent("", text="你好")),
    (b"\x1b[57413u", KeyEvent("+", text="+")),
    (b"\x1b[57401;1:3u", KeyEvent("2", kind=KeyKind.RELEASE)),
    (b"\x1b[57414u", KeyEvent("enter")),
    (b"\x1b[57421u", KeyEvent("page_up")),
    (b"\x1b[57441;2u", KeyEvent("left_shift", SHIFT)),
    (b"\x1b[57448;1:3u", KeyEvent("right_ctrl", kind=KeyKind.RELEASE)),
    (b"\x1b[57398u", KeyEvent("f35")),
    (b"\x1b[1;1:3A", KeyEvent("up", kind=KeyKind.RELEASE)),
    (b"\x1b[5;1:2~", KeyEvent("page_up", kind=KeyKind.REPEAT)),
    (b"\x1b[9;6u", KeyEvent("tab", CTRL | SHIFT)),
]

WIN32 = [
    (b"\x1b[32;57;32;1;0;1_", KeyEvent("space", text=" ")),
    (b"\x1b[32;57;32;0;0;1_", KeyEvent("space", kind=KeyKind.RELEASE)),
    (b"\x1b[67;46;3;1;8;1_", KeyEvent("c", CTRL)),
    (b"\x1b[80;25;112;1_", KeyEvent("p", text="p")),
]

OTHERS: list[tuple[bytes, ParsedInput]] = [
    (b"\x1b[?0u", FlagsAnswered(0)),
    (b"\x1b[?11u", FlagsAnswered(11)),
    (b"\x1b[?62;22c", AttributesAnswered()),
    (b"\x1b[I", FocusChanged(focused=True)),
    (b"\x1b[O", FocusChanged(focused=False)),
    (b"\x1b[200~q\x03 \x1b[A\r\xc3\xa9\x1b[201~", Pasted("q\x03 \x1b[A\ré")),
    (b"\x1b[200~\x1b[201~", Pasted("")),
]


@pytest.mark.parametrize(("data", "item"), [*PLAIN, *SEQUENCES, *KITTY, *WIN32, *OTHERS])
def test_each_form_says_its_key(data: bytes, item: ParsedInput) -> None:
    assert parse(data) == [item]


@pytest.mark.parametrize(("data", "item"), [*PLAIN, *SEQUENCES, *KITTY, *WIN32, *OTHERS])
def test_a_form_may_arrive_byte_by_byte(data: bytes, item: ParsedInput) -> None:
    parser = KeyParser()
    said = [each for byte in data for each in parser.feed(bytes([byte]), 0.0)]
    assert said + parser.expire(100.0) == [item]


@pytest.mark.parametrize(("data", "item"), [*SEQUENCES, *KITTY, *WIN32, *OTHERS])
def test_keys_before_and_after_a_sequence_are_kept(data: bytes, item: ParsedInput) -> None:
    assert parse(b"a" + data + b"a") == [A, item, A]


def test_escape_is_a_key_once_nothing_followed() -> None:
    parser = KeyParser()
    assert parser.feed(b"\x1b", 10.0) == []
    assert parser.deadline == 10.0 + ESCAPE_SECONDS
    assert parser.expire(10.0 + ESCAPE_SECONDS / 2) == []
    assert parser.expire(10.0 + ESCAPE_SECONDS) == [KeyEvent("escape")]
    assert _is_idle(parser)
    assert parser.expire(20.0) == []


def test_escape_twice_is_two_keys() -> None:
    assert parse(b"\x1b\x1b") == [KeyEvent("escape"), KeyEvent("escape")]


def test_escape_before_a_sequence_is_a_key_of_its_own() -> None:
    assert parse(b"\x1b\x1b[A") == [KeyEvent("escape"), KeyEvent("up")]


def test_a_sequence_in_pieces_gets_longer_than_escape() -> None:
    parser = KeyParser()
    assert parser.feed(b"\x1b[32;1", 1.0) == []
    assert parser.deadline == 1.0 + SEQUENCE_SECONDS
    assert parser.feed(b":3u", 1.5) == [KeyEvent("space", kind=KeyKind.RELEASE)]
    assert _is_idle(parser)


def test_an_unfinished_sequence_is_forgotten() -> None:
    parser = KeyParser()
    parser.feed(b"\x1b[32;1", 1.0)
    assert parser.expire(1.0 + SEQUENCE_SECONDS) == []
    assert parser.ignored == 1
    assert parser.feed(b"a", 3.0) == [A]


@pytest.mark.parametrize("data", ["é".encode()[:1], "😀".encode()[:3], b"\x1b" + "é".encode()[:1]])
def test_an_unfinished_character_is_forgotten(data: bytes) -> None:
    parser = KeyParser()
    assert parser.feed(data, 1.0) == []
    assert parser.expire(5.0) == []
    assert parser.feed(b"a", 6.0) == [A]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"\xc3",
        b"\x80\x9b",
        b"\xe0\x80\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        "\u2028".encode(),
        "\x85".encode(),
        b"\x1b[99",
        b"\x1b[1;2",
        b"\x1b[;:x",
        b"\x1b[99999999999u",
        b"\x1b[1114112u",
        b"\x1b[55296u",
        b"\x1b[0u",
        b"\x1b[57344u",
        b"\x1b[97;<u",
        b"\x1b[99~",
        b"\x1b[12;40R",
        b"\x1b[8;24;80t",
        b"\x1b[?9001;2$y",
        b"\x1b[?1;2;3x",
        b"\x1b[>1;2c",
        b"\x1b[<0;1;1M",
        b"\x1b[M !!",
        b"\x1b[Mq\xff\x1b",
        b"\x1b[[Q",
        b"\x1b[1;2 q",
        b"\x1b[ 1;2q",
        b"\x1b[12;>_",
        b"\x1b[300;0;97;1_",
        b"\x1b]11;rgb:0000/0000/0000\x07",
        b"\x1b]11;rgb:0000/0000/0000\x1b\\",
        b"\x1bP>|a terminal\x1b\\",
        b"\x1b_Gi=1;OK\x1b\\",
        b"\x1b[12\x18",
    ],
)
def test_what_is_no_key_says_nothing(data: bytes) -> None:
    parser = KeyParser()
    assert [item for item in parser.feed(data, 0.0) if item != KeyEvent("escape")] == []
    assert parser.feed(b"\x1b[A", 0.0)[-1:] == [KeyEvent("up")]
    assert parser.expire(100.0) == []


def test_a_sequence_cut_off_by_another_does_not_take_it_along() -> None:
    assert parse(b"\x1b[32;1\x1b[A") == [KeyEvent("up")]
    assert parse(b"\x1b[32;1\x03") == [KeyEvent("c", CTRL)]
    assert parse(b"\x1b[32;1\xc3\xa9") == [KeyEvent("é", text="é")]


def test_a_sequence_that_is_too_long_is_passed_over_to_its_end() -> None:
    parser = KeyParser()
    assert parser.feed(b"\x1b[" + b"1;" * MAX_SEQUENCE, 0.0) == []
    assert parser.feed(b"1;1", 0.1) == []
    assert parser.deadline == 0.1 + SEQUENCE_SECONDS
    assert parser.feed(b"qa", 0.2) == [A]
    assert parser.ignored == 1


def test_a_string_that_is_too_long_is_passed_over_to_its_end() -> None:
    parser = KeyParser()
    assert parser.feed(b"\x1b]0;" + b"x" * MAX_STRING, 0.0) == []
    assert parser.feed(b"xxx\x1b", 0.1) == []
    assert parser.feed(b"\\a", 0.2) == [A]


def test_a_string_without_an_end_stops_nothing_for_long() -> None:
    parser = KeyParser()
    parser.feed(b"\x1b]0;" + b"x" * MAX_STRING, 0.0)
    assert parser.expire(SEQUENCE_SECONDS) == []
    assert parser.feed(b"a", 2.0) == [A]


def test_a_paste_in_pieces_is_one_text() -> None:
    parser = KeyParser()
    pieces = [b"\x1b[200~on", b"e \x1b[20", b"1", b"x two\x1b", b"[201", b"~a"]
    said = [item for piece in pieces for item in parser.feed(piece, 0.0)]
    assert said == [Pasted("one \x1b[201x two"), A]


def test_a_paste_is_bounded() -> None:
    parser = KeyParser()
    said = parser.feed(b"\x1b[200~", 0.0)
    for _ in range(4):
        said += parser.feed(b"q" * MAX_PASTE, 0.0)
    assert parser.feed(b"\x1b[201~a", 0.0) == [Pasted("q" * MAX_PASTE), A]


def test_a_paste_without_an_end_stops_nothing_for_ever() -> None:
    parser = KeyParser()
    parser.feed(b"\x1b[200~hello world", 1.0)
    assert parser.deadline == 1.0 + PASTE_SECONDS
    (pasted,) = parser.expire(1.0 + PASTE_SECONDS)
    assert isinstance(pasted, Pasted)
    assert "hello world".startswith(pasted.text)
    assert parser.feed(b"a", 5.0) == [A]


def test_releases_are_noticed() -> None:
    parser = KeyParser()
    parser.feed(b" \x1b[32u\x1b[32;1:2u", 0.0)
    assert not parser.releases_seen
    parser.feed(b"\x1b[32;1:3u", 0.0)
    assert parser.releases_seen


def test_a_press_in_win32_form_will_be_followed_by_its_release() -> None:
    parser = KeyParser()
    parser.feed(b"\x1b[32;57;32;1;0;1_", 0.0)
    assert parser.releases_seen


def test_a_key_held_in_win32_form_repeats_until_it_is_forgotten() -> None:
    down = b"\x1b[32;57;32;1;0;1_"
    parser = KeyParser()
    kinds = [item.kind for item in parser.feed(down + down, 0.0) if isinstance(item, KeyEvent)]
    assert kinds == [KeyKind.PRESS, KeyKind.REPEAT]
    parser.forget_held()
    assert parser.feed(down, 0.0) == [KeyEvent("space", text=" ")]
    assert parser.feed(b"\x1b[O" + down, 0.0)[-1] == KeyEvent("space", text=" ")
