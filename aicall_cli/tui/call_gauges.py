"""What is measured: both levels, how fast the agent answered, and the network.

::

    ● listening   you ▁▂▅▇▆▃▁▁  agent ▁▁▁▁▁▁▁▁  answered in 620 ms
    round trip 12 ms, jitter 0.30 ms, loss 0.0 %, score ≈ 4.4
"""

from typing import Final

from rich.text import Text

from aicall_cli.engine.enums import CallState
from aicall_cli.session.statistics import CallStatistics
from aicall_cli.tui.agent_word import AGENT_WORD_WIDTH, agent_word
from aicall_cli.tui.call_state import METER_HISTORY, CallScreenState
from aicall_cli.tui.figure_rows import ABSENT, milliseconds
from aicall_cli.tui.gauges import meter
from aicall_cli.tui.row import GAP, first_fitting, joined
from aicall_cli.tui.view_state import ViewState

SLOW_ANSWER: Final = 1000
"""Milliseconds from which on an answer feels late."""
_ANSWER_WIDTH: Final = len("answered in 9.99 s")
_MIN_METER: Final = 4


def gauges(state: CallScreenState, room: int) -> Text:
    """Return what the agent does, both sides' levels and the last answer's latency."""
    word, style = agent_word(state.view)
    what = Text.assemble((f"● {word:<{AGENT_WORD_WIDTH}}", style))
    fixed = what.cell_len + len("you ") + len("agent ") + _ANSWER_WIDTH + 3 * len(GAP)
    width = min(max((room - fixed) // 2, _MIN_METER), METER_HISTORY)
    controls = state.controls
    deaf = state.view.call_state is CallState.CONNECTED and not controls.agent_audio
    parts = [
        what,
        _meter("you ", state.levels.caller, width, silent=controls.muted),
        _meter("agent ", state.levels.agent, width, silent=deaf),
        _answer(state.view),
    ]
    return joined(parts, room)


def network(state: CallScreenState, room: int) -> Text:
    """Return the network's figures; what is not known is a dash."""
    figures = state.figures
    score = figures.opinion_score if figures else None
    opinion = ABSENT if score is None else f"{score:.1f}"
    facts = _facts(figures)
    texts = [
        f"network  {facts}, opinion score ≈ {opinion}",
        f"{facts}, score ≈ {opinion}",
        facts,
    ]
    return first_fitting([Text.assemble((text, "dim")) for text in texts], room)


def _meter(name: str, levels: tuple[int, ...], width: int, *, silent: bool) -> Text:
    shown = Text("off".ljust(width), "yellow") if silent else meter(levels, width)
    return Text.assemble((name, "dim"), shown)


def _answer(view: ViewState) -> Text:
    turn = view.turn
    if turn is None or turn.latency is None:
        return Text.assemble((f"answered in {ABSENT}", "dim"))
    if turn.overlapped:
        return Text.assemble(("talked over you", "dim"))
    thousandths = round(turn.latency * 1000)
    if thousandths < SLOW_ANSWER:
        return Text.assemble(("answered in ", "dim"), f"{thousandths} ms")
    return Text.assemble(("answered in ", "dim"), (f"{thousandths / 1000:.2f} s", "red"))


def _facts(figures: CallStatistics | None) -> str:
    found = figures.network if figures else None
    if found is None:
        return f"round trip {ABSENT}, jitter {ABSENT}, loss {ABSENT}"
    expected = found.packets_received + found.packets_lost
    loss = f"{100 * found.packets_lost / expected:.1f} %" if expected else ABSENT
    round_trip, jitter = milliseconds(found.round_trip), milliseconds(found.jitter)
    return f"round trip {round_trip}, jitter {jitter}, loss {loss}"
