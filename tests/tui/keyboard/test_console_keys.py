from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.tui.keyboard.console_keys import ConsoleKeys
from aicall_cli.tui.keyboard.key_event import FocusChanged, KeyEvent, KeyKind
from tests.tui.keyboard.console_input import focus_record, key_record

DOWN, UP = key_record(0x20, " "), key_record(0x20, " ", down=False)


def test_keys_are_told_apart_over_several_reads() -> None:
    keys = ConsoleKeys()
    assert list(keys.take(DOWN)) == [KeyEvent("space", text=" ")]
    assert list(keys.take(DOWN + UP)) == [
        KeyEvent("space", kind=KeyKind.REPEAT, text=" "),
        KeyEvent("space", kind=KeyKind.RELEASE),
    ]


def test_a_key_let_go_in_another_window_does_not_repeat() -> None:
    keys = ConsoleKeys()
    keys.take(DOWN)
    assert list(keys.take(focus_record(focused=False) + focus_record(focused=True) + DOWN)) == [
        FocusChanged(focused=False),
        FocusChanged(focused=True),
        KeyEvent("space", text=" "),
    ]


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_are_inputs_or_nothing(reads: list[bytes]) -> None:
    keys = ConsoleKeys()
    for data in reads:
        assert all(isinstance(each, KeyEvent | FocusChanged) for each in keys.take(data))
