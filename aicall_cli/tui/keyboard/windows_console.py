"""The console of a Windows process by its own interface; nothing of it exists elsewhere."""

import atexit
import ctypes
import sys
from ctypes import wintypes
from typing import Final

from aicall_cli.tui.keyboard.console_record import RECORD_BYTES

assert sys.platform == "win32"

_STD_INPUT_HANDLE: Final = -10
_WAIT_OBJECT_0: Final = 0
_INFINITE: Final = 0xFFFFFFFF
_MAX_RECORDS: Final = 128

_PROCESSED_INPUT: Final = 0x0001
_LINE_INPUT: Final = 0x0002
_ECHO_INPUT: Final = 0x0004
_QUICK_EDIT_MODE: Final = 0x0040
_EXTENDED_FLAGS: Final = 0x0080
_VIRTUAL_TERMINAL_INPUT: Final = 0x0200

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.GetStdHandle.argtypes = (wintypes.DWORD,)
_kernel.GetStdHandle.restype = wintypes.HANDLE
_kernel.GetConsoleMode.argtypes = (wintypes.HANDLE, wintypes.LPDWORD)
_kernel.SetConsoleMode.argtypes = (wintypes.HANDLE, wintypes.DWORD)
_kernel.CreateEventW.argtypes = (
    wintypes.LPVOID,
    wintypes.BOOL,
    wintypes.BOOL,
    wintypes.LPCWSTR,
)
_kernel.CreateEventW.restype = wintypes.HANDLE
_kernel.SetEvent.argtypes = (wintypes.HANDLE,)
_kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
_kernel.FlushConsoleInputBuffer.argtypes = (wintypes.HANDLE,)
_kernel.WaitForMultipleObjects.argtypes = (
    wintypes.DWORD,
    ctypes.POINTER(wintypes.HANDLE),
    wintypes.BOOL,
    wintypes.DWORD,
)
_kernel.WaitForMultipleObjects.restype = wintypes.DWORD
_kernel.ReadConsoleInputW.argtypes = (
    wintypes.HANDLE,
    wintypes.LPVOID,
    wintypes.DWORD,
    wintypes.LPDWORD,
)

_entered: list["WindowsConsole"] = []


def restore_consoles() -> None:
    """Give the console back at once, any number of times."""
    for console in tuple(_entered):
        console.restore()


class WindowsConsole:
    """The console's input. ``read`` is for one thread; ``interrupt`` ends it from another."""

    def __init__(self, handle: int, mode: int) -> None:
        self._handle = handle
        self._mode = mode
        self._interrupted = _kernel.CreateEventW(None, True, False, None)
        self._records = ctypes.create_string_buffer(_MAX_RECORDS * RECORD_BYTES)

    def enter(self) -> None:
        """Have each key as a record, Ctrl-C among them; a click must not stop the output."""
        ours = self._mode & ~(
            _PROCESSED_INPUT
            | _LINE_INPUT
            | _ECHO_INPUT
            | _QUICK_EDIT_MODE
            | _VIRTUAL_TERMINAL_INPUT
        )
        _kernel.SetConsoleMode(self._handle, ours | _EXTENDED_FLAGS)
        _entered.append(self)
        atexit.register(self.restore)

    def read(self) -> bytes | None:
        """Wait for records and return them; None once interrupted, or without a console."""
        handles = (wintypes.HANDLE * 2)(self._interrupted, self._handle)
        first = _kernel.WaitForMultipleObjects(2, handles, False, _INFINITE)
        if first != _WAIT_OBJECT_0 + 1:
            return None
        count = wintypes.DWORD()
        read = _kernel.ReadConsoleInputW(
            self._handle, self._records, _MAX_RECORDS, ctypes.byref(count)
        )
        return self._records.raw[: count.value * RECORD_BYTES] if read else None

    def interrupt(self) -> None:
        """Let a waiting ``read`` return None, and every later one."""
        _kernel.SetEvent(self._interrupted)

    def restore(self) -> None:
        """Give the console back as it was; what was typed and not read is thrown away."""
        if self not in _entered:
            return
        _entered.remove(self)
        atexit.unregister(self.restore)
        _kernel.FlushConsoleInputBuffer(self._handle)
        _kernel.SetConsoleMode(self._handle, self._mode | _EXTENDED_FLAGS)

    def close(self) -> None:
        """Restore and give back what waiting needs; call when no thread reads any more."""
        self.restore()
        _kernel.CloseHandle(self._interrupted)


def open_console() -> WindowsConsole | None:
    """Return the process's console; None where its input is something else."""
    handle = _kernel.GetStdHandle(_STD_INPUT_HANDLE & 0xFFFFFFFF)
    mode = wintypes.DWORD()
    if handle is None or not _kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return None
    return WindowsConsole(handle, mode.value)
