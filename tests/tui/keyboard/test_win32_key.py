from aicall_cli.tui.keyboard.key_event import KeyEvent, KeyKind, Modifiers
from aicall_cli.tui.keyboard.win32_key import MAX_REPEATS, Win32Keys, Win32Record

ALT, CTRL, SHIFT = Modifiers.ALT, Modifiers.CTRL, Modifiers.SHIFT
SHIFT_HELD, LEFT_CTRL, RIGHT_ALT, ENHANCED = 0x10, 0x08, 0x01, 0x100


def press(virtual_key: int, text: str = "", state: int = 0, scan_code: int = 0) -> Win32Record:
    return Win32Record(virtual_key, scan_code, ord(text) if text else 0, True, state)


def release(virtual_key: int, text: str = "", state: int = 0, scan_code: int = 0) -> Win32Record:
    return Win32Record(virtual_key, scan_code, ord(text) if text else 0, False, state)


def decode(*records: Win32Record) -> list[KeyEvent]:
    keys = Win32Keys()
    return [event for record in records for event in keys.decode(record)]


def test_space_is_pressed_repeated_and_let_go() -> None:
    down = press(0x20, " ")
    assert decode(down, down, release(0x20, " "), down) == [
        KeyEvent("space", text=" "),
        KeyEvent("space", kind=KeyKind.REPEAT, text=" "),
        KeyEvent("space", kind=KeyKind.RELEASE),
        KeyEvent("space", text=" "),
    ]


def test_a_letter_has_its_name_whatever_the_layout_types() -> None:
    assert decode(press(0x50, "p")) == [KeyEvent("p", text="p")]
    assert decode(press(0x50, "P", SHIFT_HELD)) == [KeyEvent("p", SHIFT, text="P")]
    assert decode(press(0x50, "з")) == [KeyEvent("p", text="з")]
    assert decode(press(0x31, "!", SHIFT_HELD)) == [KeyEvent("1", SHIFT, text="!")]


def test_a_key_without_a_name_is_what_it_types() -> None:
    oem = 0xBF
    assert decode(press(oem, "?", SHIFT_HELD), release(oem, "?")) == [
        KeyEvent("?", SHIFT, text="?"),
        KeyEvent("?", kind=KeyKind.RELEASE),
    ]
    assert decode(press(0xDE, "Ä", SHIFT_HELD)) == [KeyEvent("ä", SHIFT, text="Ä")]


def test_ctrl_and_a_letter_type_nothing() -> None:
    assert decode(press(0x43, "\x03", LEFT_CTRL)) == [KeyEvent("c", CTRL)]


def test_alt_gr_types_and_is_no_command() -> None:
    assert decode(press(0x51, "@", LEFT_CTRL | RIGHT_ALT)) == [KeyEvent("q", text="@")]
    assert decode(press(0x51, "", LEFT_CTRL | RIGHT_ALT)) == [KeyEvent("q", ALT | CTRL)]


def test_modifiers_are_keys_too() -> None:
    down, up = press(0x10, state=SHIFT_HELD, scan_code=0x2A), release(0x10, scan_code=0x2A)
    assert decode(down, up) == [
        KeyEvent("left_shift", SHIFT),
        KeyEvent("left_shift", kind=KeyKind.RELEASE),
    ]
    assert decode(press(0x10, state=SHIFT_HELD, scan_code=0x36)) == [KeyEvent("right_shift", SHIFT)]
    assert decode(press(0x11, state=LEFT_CTRL)) == [KeyEvent("left_ctrl", CTRL)]
    assert decode(press(0x11, state=4 | ENHANCED)) == [KeyEvent("right_ctrl", CTRL)]
    assert decode(press(0x12, state=2)) == [KeyEvent("left_alt", ALT)]
    assert decode(press(0x12, state=1 | ENHANCED)) == [KeyEvent("right_alt", ALT)]


def test_keys_with_names() -> None:
    assert decode(press(0x1B, "\x1b")) == [KeyEvent("escape")]
    assert decode(press(0x0D, "\r")) == [KeyEvent("enter")]
    assert decode(press(0x08, "\x08")) == [KeyEvent("backspace")]
    assert decode(press(0x21)) == [KeyEvent("page_up")]
    assert decode(press(0x74)) == [KeyEvent("f5")]
    assert decode(press(0x6B, "+")) == [KeyEvent("+", text="+")]
    assert decode(press(0x65, "5")) == [KeyEvent("5", text="5")]


def test_a_character_in_two_halves_is_typed_once() -> None:
    assert decode(press(0xE7, "\ud83d"), press(0xE7, "\ude00")) == [KeyEvent("😀", text="😀")]
    assert decode(press(0xE7, "\ude00")) == []
    assert decode(press(0xE7, "\ud83d"), press(0xE7, "a"), press(0xE7, "\ude00")) == [
        KeyEvent("a", text="a")
    ]


def test_text_of_no_key_is_typed_without_a_release() -> None:
    assert decode(press(0, "é"), release(0, "é")) == [KeyEvent("é", text="é")]


def test_a_character_by_its_number_comes_when_alt_is_let_go() -> None:
    assert decode(release(0x12, "é")) == [
        KeyEvent("left_alt", kind=KeyKind.RELEASE),
        KeyEvent("é", text="é"),
    ]


def test_dead_and_unknown_keys_say_nothing() -> None:
    assert decode(press(0xDD), release(0xDD), press(0x1_0041, "a")) == []


def test_a_record_may_stand_for_several_presses_but_not_for_too_many() -> None:
    times = [len(decode(Win32Record(0x41, 0, 97, True, 0, count))) for count in (0, 1, 3, 10**6)]
    assert times == [1, 1, 3, MAX_REPEATS]
    first, second = decode(Win32Record(0x41, 0, 97, True, 0, 2))
    assert (first.kind, second.kind) == (KeyKind.PRESS, KeyKind.REPEAT)
