"""Waiting until a file descriptor can be read, in a thread that can be called off."""

import os
import select
import sys
import threading

if sys.platform == "win32":
    import _winapi
    import msvcrt

    _POLL_SECONDS = 0.01

    class Readable:
        """Looks into a pipe again and again: Windows cannot wait for one."""

        def __init__(self, descriptor: int) -> None:
            self._descriptor = descriptor
            self._handle = msvcrt.get_osfhandle(descriptor)
            self._called_off = threading.Event()

        def wait(self) -> bool:
            """Return True when a read would not block, False when called off."""
            while not self._called_off.is_set():
                if self._has_data():
                    return True
                self._called_off.wait(_POLL_SECONDS)
            return False

        def call_off(self) -> None:
            """Let ``wait`` return False, now and for ever; for another thread."""
            self._called_off.set()

        def close(self) -> None:
            """Nothing is held."""

        def _has_data(self) -> bool:
            if _winapi.GetFileType(self._handle) != _winapi.FILE_TYPE_PIPE:
                return True
            try:
                return _winapi.PeekNamedPipe(self._handle)[0] != 0
            except BrokenPipeError:
                return True  # the end, which a read tells

else:

    class Readable:
        """Waits on the descriptor and on a pipe of its own, through which it is called off."""

        def __init__(self, descriptor: int) -> None:
            self._descriptor = descriptor
            self._wake_read, self._wake_write = os.pipe()
            os.set_blocking(self._wake_write, False)

        def wait(self) -> bool:
            """Return True when a read would not block, False when called off."""
            return self._wake_read not in _wait_for(self._descriptor, self._wake_read)

        def call_off(self) -> None:
            """Let ``wait`` return False, now and for ever; for another thread."""
            os.write(self._wake_write, b"\0")

        def close(self) -> None:
            """Give the pipe back."""
            os.close(self._wake_read)
            os.close(self._wake_write)

    if sys.platform == "darwin":

        def _wait_for(*descriptors: int) -> list[int]:
            # Its poll refuses terminals.
            return select.select(descriptors, (), ())[0]

    else:

        def _wait_for(*descriptors: int) -> list[int]:
            poller = select.poll()
            for descriptor in descriptors:
                poller.register(descriptor, select.POLLIN)
            return [descriptor for descriptor, _ in poller.poll()]
