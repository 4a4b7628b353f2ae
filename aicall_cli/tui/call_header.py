"""The first row: who is called, and how the connection is.

::

    assistant  built-in                     connected  ▂▄▆█ excellent  0:42
"""

from typing import Final

from rich.text import Text

from aicall_cli.engine.enums import CallState, NetworkQuality
from aicall_cli.text import escape
from aicall_cli.tui.call_state import CallScreenState
from aicall_cli.tui.gauges import clock_time
from aicall_cli.tui.row import GAP, between

_CALL_STATES: Final = {
    CallState.NONE: ("connecting", "yellow"),
    CallState.CONNECTING: ("connecting", "yellow"),
    CallState.CONNECTED: ("connected", "green"),
    CallState.OVER: ("hanging up", "yellow"),
    CallState.ERROR: ("failed", "red"),
}
_BARS: Final = "▂▄▆█"
_QUALITIES: Final = {
    NetworkQuality.EXCELLENT: (4, "green"),
    NetworkQuality.GOOD: (3, "green"),
    NetworkQuality.POOR: (2, "yellow"),
    NetworkQuality.BAD: (1, "red"),
    NetworkQuality.VERY_BAD: (1, "red"),
    NetworkQuality.DISCONNECTED: (0, "red"),
}
_INTERRUPTED: Final = ("interrupted", "red")
_LONGEST_NAME: Final = 200


def header(state: CallScreenState, room: int) -> Text:
    """Return the row; the agent's name is cut before anything else is."""
    view = state.view
    connected = view.call_state is CallState.CONNECTED
    word, style = _INTERRUPTED if connected and view.interrupted else _CALL_STATES[view.call_state]
    name = escape(state.called.agent, limit=_LONGEST_NAME)
    backend = escape(state.called.backend, limit=_LONGEST_NAME)
    left = Text.assemble((name, "bold"), (f"{GAP}{backend}", "dim"))
    right = Text(GAP).join(
        [Text.assemble((word, style)), _quality(view.network), Text(clock_time(state.duration))]
    )
    return between(left, right, room)


def _quality(quality: NetworkQuality) -> Text:
    if quality is NetworkQuality.UNKNOWN:
        return Text.assemble((f"{_BARS} –", "dim"))
    bars, style = _QUALITIES[quality]
    word = quality.name.lower().replace("_", " ")
    return Text.assemble((_BARS[:bars], style), (_BARS[bars:], "bright_black"), (f" {word}", style))
