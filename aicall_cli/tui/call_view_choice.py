"""Which view a call that is held gets."""

from collections.abc import Callable, Mapping
from typing import Final, TextIO

from rich.console import Console

from aicall_cli.tui.call_view import CallView
from aicall_cli.tui.json_call_view import JsonCallView
from aicall_cli.tui.plain_call_view import PlainCallView
from aicall_cli.tui.quiet_call_view import QuietCallView
from aicall_cli.tui.terminal_console import terminal_console

_SIZE: Final = ("COLUMNS", "LINES")
"""What a shell says of the size once, while the terminal knows it always."""


def choose_call_view(
    output: TextIO,
    variables: Mapping[str, str],
    live: Callable[[Console], CallView],
    *,
    as_json: bool = False,
    quiet: bool = False,
) -> CallView:
    """Return the view for ``output``: what ``live`` makes on a terminal that can show it.

    ``variables`` is the environment (TERM, NO_COLOR). ``quiet`` outweighs ``as_json``.
    """
    if quiet:
        return QuietCallView()
    if as_json:
        return JsonCallView(output)
    sizeless = {name: value for name, value in variables.items() if name not in _SIZE}
    console = terminal_console(output, sizeless)
    if console is None or console.legacy_windows:
        return PlainCallView(output)
    return live(console)
