"""Streams that say of themselves what a test wants."""

import io


class Stream(io.TextIOWrapper):
    """A text stream in memory: a terminal or none, of any encoding."""

    def __init__(self, *, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._terminal = terminal

    def isatty(self) -> bool:
        """Whether it is to be taken for a terminal."""
        return self._terminal
