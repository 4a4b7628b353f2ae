"""Whole lines into a text stream, whatever its encoding."""

from typing import TextIO

_FALLBACKS = {
    "▸": ">",
    "–": "-",
    "…": "...",
    "·": "-",
    "→": "->",
    "×": "x",
    **dict(zip("▁▂▃▄▅▆▇█", ".::-=+##", strict=True)),
}
"""Our own signs, for streams that have no room for them."""


class LineOutput:
    """Writes a line and flushes it: a reader at the other end of a pipe gets it at once.

    A closed reader raises BrokenPipeError. Characters that the stream's encoding does not
    have are replaced by plainer ones, or by their ``\\uXXXX`` escape.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        # A StringIO has no encoding: it takes every character.
        self._encoding: str = stream.encoding or "utf-8"

    def takes(self, text: str) -> bool:
        """Return whether the stream's encoding has every character of ``text``."""
        return _fits(text, self._encoding)

    def line(self, text: str = "") -> None:
        """Write ``text``, which holds no newline, and a newline."""
        self._stream.write(encodable(text, self._encoding) + "\n")
        self._stream.flush()


def encodable(text: str, encoding: str) -> str:
    """Return ``text`` without the characters that ``encoding`` cannot say."""
    if _fits(text, encoding):
        return text
    return "".join(
        character if _fits(character, encoding) else _replacement(character, encoding)
        for character in text
    )


def _replacement(character: str, encoding: str) -> str:
    known = _FALLBACKS.get(character)
    return known or character.encode(encoding, "backslashreplace").decode(encoding)


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
