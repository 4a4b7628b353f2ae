import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.text import escape
from aicall_cli.tui.keyboard.key_event import KeyEvent, KeyKind, Modifiers
from aicall_cli.tui.keyboard.text_entry import MAX_TEXT, EntryResult, TextEntry

CTRL, ALT, SHIFT = Modifiers.CTRL, Modifiers.ALT, Modifiers.SHIFT


def entry(text: str = "") -> TextEntry:
    """Return an entry with the cursor where ``|`` stands."""
    made = TextEntry()
    before, _, after = text.partition("|")
    made.insert(before + after)
    made.key(KeyEvent("home"))
    while made.cursor < len(before):
        made.key(KeyEvent("right"))
    return made


def shown(made: TextEntry) -> str:
    return made.text[: made.cursor] + "|" + made.text[made.cursor :]


def test_typing_inserts_at_the_cursor() -> None:
    made = TextEntry()
    for character in "héllo 好":
        assert made.key(KeyEvent(character, text=character)) is EntryResult.EDITED
    assert shown(made) == "héllo 好|"
    made.key(KeyEvent("home"))
    made.key(KeyEvent("x", SHIFT, text="X"))
    assert shown(made) == "X|héllo 好"


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("ab|c", KeyEvent("left"), "a|bc"),
        ("|abc", KeyEvent("left"), "|abc"),
        ("ab|c", KeyEvent("right"), "abc|"),
        ("abc|", KeyEvent("right"), "abc|"),
        ("ab|c", KeyEvent("home"), "|abc"),
        ("ab|c", KeyEvent("a", CTRL), "|abc"),
        ("ab|c", KeyEvent("end"), "abc|"),
        ("ab|c", KeyEvent("e", CTRL), "abc|"),
        ("ab|c", KeyEvent("b", CTRL), "a|bc"),
        ("ab|c", KeyEvent("f", CTRL), "abc|"),
        ("ab|c", KeyEvent("backspace"), "a|c"),
        ("|abc", KeyEvent("backspace"), "|abc"),
        ("ab|c", KeyEvent("h", CTRL), "a|c"),
        ("ab|c", KeyEvent("delete"), "ab|"),
        ("abc|", KeyEvent("delete"), "abc|"),
        ("ab|c", KeyEvent("d", CTRL), "ab|"),
        ("one two|", KeyEvent("w", CTRL), "one |"),
        ("one two  |x", KeyEvent("w", CTRL), "one |x"),
        ("  |x", KeyEvent("w", CTRL), "|x"),
        ("one|", KeyEvent("backspace", ALT), "|"),
        ("one two|", KeyEvent("backspace", CTRL), "one |"),
        ("one| two three", KeyEvent("d", ALT), "one| three"),
        ("one| ", KeyEvent("delete", CTRL), "one|"),
        ("one two|", KeyEvent("left", CTRL), "one |two"),
        ("|one two", KeyEvent("right", CTRL), "one| two"),
        ("one two|", KeyEvent("b", ALT), "one |two"),
        ("one| two", KeyEvent("f", ALT), "one two|"),
        ("one two|three", KeyEvent("u", CTRL), "|three"),
        ("one two|three", KeyEvent("k", CTRL), "one two|"),
        ("ab|c", KeyEvent("left", SHIFT), "a|bc"),
        ("e\u0301|", KeyEvent("backspace"), "|"),
        ("x|e\u0301y", KeyEvent("right"), "xe\u0301|y"),
        ("好的|", KeyEvent("backspace"), "好|"),
        ("a👨‍👩‍👧|", KeyEvent("left"), "a|👨‍👩‍👧"),
        ("|👨‍👩‍👧a", KeyEvent("delete"), "|a"),
        ("👍🏽|", KeyEvent("backspace"), "|"),
        ("❤\ufe0f|", KeyEvent("backspace"), "|"),
        ("🇩🇪🇫🇷|", KeyEvent("backspace"), "🇩🇪|"),
        ("|🇩🇪🇫🇷", KeyEvent("right"), "🇩🇪|🇫🇷"),
        ("🇩🇪🇫|", KeyEvent("left"), "🇩🇪|🇫"),
        ("|", KeyEvent("backspace"), "|"),
        ("|", KeyEvent("w", CTRL), "|"),
        ("|", KeyEvent("left", CTRL), "|"),
        ("|", KeyEvent("right", CTRL), "|"),
    ],
)
def test_editing_keys(before: str, key: KeyEvent, after: str) -> None:
    made = entry(before)
    assert shown(made) == before
    assert made.key(key) is EntryResult.EDITED
    assert shown(made) == after


def test_a_key_that_repeats_edits_again_and_one_let_go_does_not() -> None:
    made = entry("abc|")
    made.key(KeyEvent("backspace", kind=KeyKind.REPEAT))
    assert made.key(KeyEvent("backspace", kind=KeyKind.RELEASE)) is EntryResult.IGNORED
    assert made.text == "ab"


def test_enter_submits_and_escape_cancels_what_is_kept() -> None:
    made = entry("hello|")
    assert made.key(KeyEvent("enter")) is EntryResult.SUBMITTED
    assert made.key(KeyEvent("escape")) is EntryResult.CANCELLED
    assert made.text == "hello"
    made.clear()
    assert shown(made) == "|"


@pytest.mark.parametrize(
    "key",
    [KeyEvent("c", CTRL), KeyEvent("page_up"), KeyEvent("f1"), KeyEvent("x", ALT), KeyEvent("up")],
)
def test_other_keys_are_left_to_others(key: KeyEvent) -> None:
    made = entry("a|b")
    assert made.key(key) is EntryResult.IGNORED
    assert shown(made) == "a|b"


def test_a_paste_becomes_one_harmless_line() -> None:
    made = entry("a|z")
    made.insert("one\r\ntwo\tthree\x1b[2J\u202e\u2028four\x07")
    assert shown(made) == "aone two three[2J four|z"


def test_a_text_is_bounded() -> None:
    made = entry("ab|c")
    made.insert("x" * (2 * MAX_TEXT))
    assert len(made.text) == MAX_TEXT
    assert made.text.endswith("xc")
    made.insert("y")
    assert len(made.text) == MAX_TEXT


_KEYS = st.builds(
    KeyEvent,
    st.sampled_from(["left", "right", "home", "end", "backspace", "delete", "enter", *"wukbfdhae"]),
    st.sampled_from([Modifiers.NONE, CTRL, ALT]),
)
_TEXT = st.text(
    st.one_of(
        st.characters(), st.sampled_from("ab \n\u0301\u200d\ufe0f🇩🇪👍🏽\U000e0067\u202e\x1b")
    ),
    max_size=12,
)


@given(st.lists(st.one_of(_KEYS, _TEXT), max_size=30))
def test_whatever_is_typed_the_line_is_harmless_and_the_cursor_in_it(
    inputs: list[KeyEvent | str],
) -> None:
    made = TextEntry()
    for each in inputs:
        if isinstance(each, str):
            made.insert(each)
        else:
            made.key(each)
        assert 0 <= made.cursor <= len(made.text) <= MAX_TEXT
        assert escape(made.text) == made.text


@given(_TEXT)
def test_as_many_steps_to_the_left_as_to_the_right(text: str) -> None:
    made = TextEntry()
    made.insert(text)
    to_the_left = [made.cursor]
    while made.cursor:
        made.key(KeyEvent("left"))
        to_the_left.append(made.cursor)
    to_the_right = [0]
    while made.cursor < len(made.text):
        made.key(KeyEvent("right"))
        to_the_right.append(made.cursor)
    assert to_the_left == to_the_right[::-1]
