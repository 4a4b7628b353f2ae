"""What the records of a Windows console say, one read after the other."""

from collections.abc import Iterable

from aicall_cli.tui.keyboard.console_record import decode_records
from aicall_cli.tui.keyboard.key_event import FocusChanged, KeyboardInput
from aicall_cli.tui.keyboard.win32_key import Win32Keys


class ConsoleKeys:
    """Turns what ``ReadConsoleInputW`` returns into inputs."""

    def __init__(self) -> None:
        self._keys = Win32Keys()

    def take(self, data: bytes) -> Iterable[KeyboardInput]:
        """Return what the records of one read say."""
        inputs: list[KeyboardInput] = []
        for record in decode_records(data):
            if isinstance(record, FocusChanged):
                self._keys = Win32Keys()  # what is let go elsewhere is not told
                inputs.append(record)
            else:
                inputs += self._keys.decode(record)
        return inputs
