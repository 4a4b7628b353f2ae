"""Records of a console's input as Windows lays them out in memory (wincon.h)."""

import struct


def key_record(
    virtual_key: int,
    text: str = "\0",
    *,
    down: bool = True,
    scan_code: int = 0,
    state: int = 0,
    repeats: int = 1,
) -> bytes:
    """Return a ``KEY_EVENT`` record."""
    fields = (int(down), repeats, virtual_key, scan_code, ord(text), state)
    return struct.pack("<Hxx", 1) + struct.pack("<IHHHHI", *fields)


def focus_record(*, focused: bool) -> bytes:
    """Return a ``FOCUS_EVENT`` record."""
    return struct.pack("<HxxI12x", 16, int(focused))
