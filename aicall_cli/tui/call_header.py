"""The first row: who is called, and how the connection is.

::

    assistant  built-in                          connected  ▂▄▆█ good  0:42
"""

from typing import Final

from rich.text import Text

from aicall_cli.engine.enums import CallState
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
_QUALITIES: Final = (
    (4.03, (4, "good", "green")),
    (3.60, (3, "fair", "green")),
    (3.10, (2, "poor", "yellow")),
    (0.0, (1, "bad", "red")),
)
"""From which opinion score on all users are satisfied, not some, not many, not most of them
(ITU-T G.107 table B.1)."""
_LONGEST_NAME: Final = 200


def header(state: CallScreenState, room: int) -> Text:
    """Return the row; the agent's name is cut before anything else is."""
    word, style = _CALL_STATES[state.view.call_state]
    name = escape(state.called.agent, limit=_LONGEST_NAME)
    backend = escape(state.called.backend, limit=_LONGEST_NAME)
    left = Text.assemble((name, "bold"), (f"{GAP}{backend}", "dim"))
    right = Text(GAP).join(
        [Text.assemble((word, style)), _quality(state), Text(clock_time(state.duration))]
    )
    return between(left, right, room)


def _quality(state: CallScreenState) -> Text:
    score = state.figures.opinion_score if state.figures else None
    if score is None:
        return Text.assemble((f"{_BARS} –", "dim"))
    bars, word, style = next(quality for least, quality in _QUALITIES if score >= least)
    return Text.assemble((_BARS[:bars], style), (_BARS[bars:], "bright_black"), (f" {word}", style))
