import struct

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.tui.keyboard.console_record import RECORD_BYTES, decode_records
from aicall_cli.tui.keyboard.key_event import FocusChanged
from aicall_cli.tui.keyboard.win32_key import Win32Record
from tests.tui.keyboard.console_input import focus_record, key_record


def test_a_key_record_has_all_its_fields() -> None:
    data = key_record(0x50, "p", scan_code=0x19, state=0x20, repeats=2)
    assert len(data) == RECORD_BYTES
    assert decode_records(data) == [Win32Record(0x50, 0x19, ord("p"), True, 0x20, 2)]
    assert decode_records(key_record(0x50, down=False)) == [Win32Record(0x50, repeats=1)]


def test_the_focus_is_told() -> None:
    assert decode_records(focus_record(focused=False) + focus_record(focused=True)) == [
        FocusChanged(focused=False),
        FocusChanged(focused=True),
    ]


def test_mouse_window_and_menu_are_passed_over() -> None:
    others = b"".join(struct.pack("<Hxx16x", kind) for kind in (0x02, 0x04, 0x08, 0xFFFF))
    assert decode_records(others + key_record(0x41, "a")) == [
        Win32Record(0x41, 0, ord("a"), True, 0, 1)
    ]


@given(st.binary(max_size=100))
def test_any_bytes_are_records_or_nothing(data: bytes) -> None:
    assert len(decode_records(data)) <= len(data) // RECORD_BYTES
