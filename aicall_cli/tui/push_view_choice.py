"""Which view a call gets."""

from collections.abc import Mapping
from typing import TextIO

from aicall_cli.tui.json_push_view import JsonPushView
from aicall_cli.tui.live_push_view import LivePushView
from aicall_cli.tui.plain_push_view import PlainPushView
from aicall_cli.tui.push_view import PushedInput, PushView
from aicall_cli.tui.quiet_push_view import QuietPushView
from aicall_cli.tui.terminal_console import terminal_console


def choose_push_view(
    output: TextIO,
    variables: Mapping[str, str],
    pushed: PushedInput,
    *,
    as_json: bool = False,
    quiet: bool = False,
) -> PushView:
    """Return the view for ``output``: live on a terminal that can move its cursor.

    ``variables`` is the environment (TERM, NO_COLOR, COLUMNS). ``quiet`` outweighs ``as_json``.
    """
    if quiet:
        return QuietPushView()
    if as_json:
        return JsonPushView(output)
    console = terminal_console(output, variables)
    return PlainPushView(output) if console is None else LivePushView(console, pushed)
