"""A terminal in memory: what a view writes, and what a person then sees."""

import io
from collections.abc import Mapping

import pyte
from rich.console import Console, ConsoleDimensions


class Terminal:
    """A console whose output can be looked at as a screen of ``width`` × ``height`` cells."""

    def __init__(
        self, width: int = 80, height: int = 24, variables: Mapping[str, str] | None = None
    ) -> None:
        self.output = io.StringIO()
        self.console = Console(
            file=self.output,
            force_terminal=True,
            width=width,
            height=height,
            markup=False,
            highlight=False,
            emoji=False,
            _environ={"TERM": "xterm"} if variables is None else variables,
        )
        self._screen = pyte.Screen(width, height)
        # What the line discipline of a real terminal does: a newline returns to column 0.
        self._screen.set_mode(pyte.modes.LNM)
        self._stream = pyte.Stream(self._screen)
        self._seen = 0

    @property
    def text(self) -> str:
        """Everything that was written, escape sequences and all."""
        return self.output.getvalue()

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, without empty lines at its end."""
        self._feed()
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    @property
    def cursor_hidden(self) -> bool:
        """Whether the cursor is hidden."""
        self._feed()
        return self._screen.cursor.hidden

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, as a person would."""
        self._feed()
        self.console.size = ConsoleDimensions(width, height)
        self._screen.resize(height, width)

    def _feed(self) -> None:
        self._stream.feed(self.text[self._seen :])
        self._seen = len(self.text)
