"""What a program writes to its terminal, taken apart into a picture and requests.

pyte draws; what it does not know is done here: the Kitty protocol, questions to the
terminal, private modes, and the alternate screen with a picture of its own.
"""

import codecs
import re
from collections.abc import Iterator

import pyte

from tests.support.terminal_keyboard import TerminalKeyboard

ALTERNATE_SCREENS = frozenset({47, 1047, 1049})
AUTO_WRAP, CURSOR = 7, 25
SET_FROM_THE_BEGINNING = frozenset({AUTO_WRAP, CURSOR})
"""And the only ones of which pyte has to know."""

_REQUEST = re.compile(
    r"\x1b\[(?P<kitty>[<>=?])(?P<number>\d*)(?:;\d*)?u"
    r"|\x1b\[\??0?(?P<attributes>c)"
    r"|\x1b\[\?(?P<modes>[\d;]+)(?P<switch>[hl])"
)
# The beginning of a sequence at the end of a read; the rest of it comes with the next.
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*)?\Z")


class TerminalOutput:
    """Keeps the screens of a terminal and the state of its keyboard up to date."""

    def __init__(self, columns: int, lines: int, keyboard: TerminalKeyboard) -> None:
        self.keyboard = keyboard
        self.answers = True
        """Whether it answers questions at all."""
        self.text = ""
        """Everything that was written, sequences and all."""
        self._screens = {alternate: pyte.Screen(columns, lines) for alternate in (False, True)}
        self._streams = {which: pyte.Stream(screen) for which, screen in self._screens.items()}
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""

    @property
    def screen(self) -> pyte.Screen:
        """The screen that is shown."""
        return self._screens[self.keyboard.alternate]

    def resize(self, columns: int, lines: int) -> None:
        """Follow the window."""
        for screen in self._screens.values():
            screen.resize(lines, columns)

    def feed(self, data: bytes) -> bytes:
        """Take what the program wrote and return what the terminal answers."""
        text = self._decoder.decode(data)
        self.text += text
        text = self._rest + text
        unfinished = _UNFINISHED.search(text)
        cut = unfinished.start() if unfinished else len(text)
        self._rest = text[cut:]
        return b"".join(self._draw(text[:cut]))

    def _draw(self, text: str) -> Iterator[bytes]:
        position = 0
        for request in _REQUEST.finditer(text):
            self._show(text[position : request.start()])
            position = request.end()
            answer = self._do(request)
            if self.answers:
                yield answer
        self._show(text[position:])

    def _show(self, text: str) -> None:
        self._streams[self.keyboard.alternate].feed(text)

    def _do(self, request: re.Match[str]) -> bytes:
        if request["attributes"]:
            return b"\x1b[?62;22c"
        if mark := request["kitty"]:
            number = request["number"]
            return self.keyboard.kitty_request(mark, int(number) if number else None)
        for mode in map(int, request["modes"].split(";")):
            self._switch(mode, on=request["switch"] == "h")
        return b""

    def _switch(self, mode: int, *, on: bool) -> None:
        if on is (mode not in SET_FROM_THE_BEGINNING):
            self.keyboard.modes.add(mode)
        else:
            self.keyboard.modes.discard(mode)
        if mode in SET_FROM_THE_BEGINNING:
            self._show(f"\x1b[?{mode}{'h' if on else 'l'}")
        if mode in ALTERNATE_SCREENS and on is not self.keyboard.alternate:
            self.keyboard.alternate = on
            self._screens[True].reset()
