import pytest

from aicall_cli.errors import UsageError
from aicall_cli.tui.keyboard.key_chord import Chord, meanings, parse_chord
from aicall_cli.tui.keyboard.key_event import KeyEvent, Modifiers

ALT, CTRL, SHIFT = Modifiers.ALT, Modifiers.CTRL, Modifiers.SHIFT


@pytest.mark.parametrize(
    ("text", "chord", "label"),
    [
        ("space", Chord("space"), "Space"),
        (" ", Chord("space"), "Space"),
        ("Esc", Chord("escape"), "Esc"),
        ("p", Chord("p"), "p"),
        ("P", Chord("p", SHIFT), "P"),
        ("shift+p", Chord("p", SHIFT), "P"),
        ("?", Chord("?"), "?"),
        ("+", Chord("+"), "+"),
        ("-", Chord("-"), "-"),
        ("ctrl++", Chord("+", CTRL), "Ctrl-+"),
        ("ctrl--", Chord("-", CTRL), "Ctrl--"),
        ("ctrl+c", Chord("c", CTRL), "Ctrl-C"),
        ("Ctrl-C", Chord("c", CTRL), "Ctrl-C"),
        ("Ctrl-Shift-C", Chord("c", CTRL | SHIFT), "Ctrl-Shift-C"),
        ("Control-c", Chord("c", CTRL), "Ctrl-C"),
        ("ctrl+alt+page up", Chord("page_up", CTRL | ALT), "Ctrl-Alt-PgUp"),
        ("PgDn", Chord("page_down"), "PgDn"),
        ("return", Chord("enter"), "Enter"),
        ("F5", Chord("f5"), "F5"),
        ("up", Chord("up"), "↑"),
        ("right_ctrl", Chord("right_ctrl"), "Right Ctrl"),
        ("super+x", Chord("x", Modifiers.SUPER), "Super-X"),
        ("é", Chord("é"), "é"),
        ("好", Chord("好"), "好"),
    ],
)
def test_names_of_keys(text: str, chord: Chord, label: str) -> None:
    assert parse_chord(text) == chord
    assert chord.label == label
    assert parse_chord(label) == chord


@pytest.mark.parametrize(
    "text", ["", "spacebar", "ctrl+", "xy", "\x1b", "ctrl+\x03", "f36", "e\u0301"]
)
def test_what_names_no_key(text: str) -> None:
    with pytest.raises(UsageError, match="there is no key named") as caught:
        parse_chord(text)
    assert caught.value.hint
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize(
    ("event", "chords"),
    [
        (KeyEvent("p", text="p"), [Chord("p"), Chord("p")]),
        (KeyEvent("?", text="?"), [Chord("?"), Chord("?")]),
        (KeyEvent("/", SHIFT), [Chord("/", SHIFT), Chord("?"), Chord("/")]),
        (KeyEvent("ß", SHIFT, text="?"), [Chord("ß", SHIFT), Chord("?"), Chord("ß")]),
        (KeyEvent("p", SHIFT, text="P"), [Chord("p", SHIFT), Chord("p", SHIFT), Chord("p")]),
        (KeyEvent("p", text="P"), [Chord("p"), Chord("p", SHIFT)]),
        (KeyEvent("7", SHIFT, text="/"), [Chord("7", SHIFT), Chord("/"), Chord("7")]),
        (KeyEvent("p", text="з"), [Chord("p"), Chord("з")]),
        (KeyEvent("up", SHIFT), [Chord("up", SHIFT)]),
        (KeyEvent("c", CTRL), [Chord("c", CTRL)]),
        (KeyEvent("=", CTRL | SHIFT), [Chord("=", CTRL | SHIFT), Chord("=", CTRL)]),
        (KeyEvent("right_ctrl", CTRL), [Chord("right_ctrl", CTRL), Chord("right_ctrl")]),
    ],
)
def test_what_a_press_may_be_written_as(event: KeyEvent, chords: list[Chord]) -> None:
    assert list(meanings(event)) == chords


def test_space_with_shift_is_still_space() -> None:
    assert Chord("space") in meanings(KeyEvent("space", SHIFT, text=" "))


def test_a_key_may_be_let_go_under_the_name_that_it_has_without_shift() -> None:
    assert parse_chord("?").physical_keys == {"?", "/"}
    assert parse_chord("space").physical_keys == {"space"}
