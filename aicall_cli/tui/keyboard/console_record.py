"""The records of a Windows console's input, as bytes (``INPUT_RECORD``, 20 bytes each)."""

import struct
from typing import Final, TypeAlias

from aicall_cli.tui.keyboard.key_event import FocusChanged
from aicall_cli.tui.keyboard.win32_key import Win32Record

RECORD_BYTES: Final = 20
_TYPE: Final = struct.Struct("<Hxx")
# bKeyDown, wRepeatCount, wVirtualKeyCode, wVirtualScanCode, uChar, dwControlKeyState
_KEY: Final = struct.Struct("<iHHHHI")
_FOCUS: Final = struct.Struct("<i")
_KEY_EVENT: Final = 0x01
_FOCUS_EVENT: Final = 0x10

ConsoleRecord: TypeAlias = Win32Record | FocusChanged


def decode_records(data: bytes) -> list[ConsoleRecord]:
    """Return the keys and the focus changes among the whole records of ``data``."""
    records: list[ConsoleRecord] = []
    for start in range(0, len(data) - RECORD_BYTES + 1, RECORD_BYTES):
        (kind,) = _TYPE.unpack_from(data, start)
        body = start + _TYPE.size
        if kind == _KEY_EVENT:
            records.append(_key_record(*_KEY.unpack_from(data, body)))
        elif kind == _FOCUS_EVENT:
            records.append(FocusChanged(_FOCUS.unpack_from(data, body)[0] != 0))
    return records


def _key_record(
    down: int, repeats: int, virtual_key: int, scan_code: int, unit: int, control_state: int
) -> Win32Record:
    return Win32Record(virtual_key, scan_code, unit, down != 0, control_state, repeats)
