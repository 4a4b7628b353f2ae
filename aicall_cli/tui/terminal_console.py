"""The console of a terminal that can do what a live view needs."""

from collections.abc import Mapping
from typing import TextIO

from rich.console import Console


def terminal_console(output: TextIO, variables: Mapping[str, str]) -> Console | None:
    """Return a console on ``output``; None where it is no terminal that can move its cursor.

    ``variables`` is the environment (TERM, NO_COLOR, COLUMNS).
    """
    console = Console(file=output, markup=False, highlight=False, emoji=False, _environ=variables)
    if output.isatty() and console.is_interactive and console.encoding.startswith("utf"):
        return console
    return None
