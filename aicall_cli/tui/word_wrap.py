"""Text in rows of a known number of terminal cells."""

from typing import Final

from rich.cells import cell_len, get_character_cell_size

_WIDE: Final = "\ufe0f"
"""Variation selector 16: the character before it is an emoji, with one cell more."""


def wrap(text: str, room: int) -> list[str]:
    """Return one line of text as rows of at most ``room`` cells, broken between words.

    A word that no row has room for, as in languages without spaces, is cut between two
    characters. There is at least one row. ``room`` is at least 2, the widest character.
    """
    rows: list[str] = []
    row, width = "", 0
    for word in text.split(" "):
        cells = cell_len(word)
        if row and width + 1 + cells <= room:
            row, width = f"{row} {word}", width + 1 + cells
            continue
        begun = row and cells > room and width + 2 < room
        if row and not begun:
            rows.append(row)
        *full, row = _cut(f"{row} {word}" if begun else word, room)
        rows += full
        width = cell_len(row)
    rows.append(row)
    return rows


def _cut(text: str, room: int) -> list[str]:
    """Return ``text`` in pieces of at most ``room`` cells, the last of which may be empty."""
    pieces: list[str] = []
    begin = width = 0
    for index, character in enumerate(text):
        cells = 1 if character == _WIDE else get_character_cell_size(character)
        if width + cells > room:
            pieces.append(text[begin:index])
            begin, width = index, 0
        width += cells
    return [*pieces, text[begin:]]
