"""What the agent is doing, or else the call, in one word and its colour."""

from typing import Final

from aicall_cli.engine.enums import AgentState, CallState
from aicall_cli.tui.view_state import ViewState

_AGENT: Final = {
    AgentState.LISTENING: ("listening", "green"),
    AgentState.THINKING: ("thinking", "yellow"),
    AgentState.SPEAKING: ("speaking", "magenta"),
}
AGENT_WORD_WIDTH: Final = len("connecting")
"""No word is wider."""


def agent_word(state: ViewState) -> tuple[str, str]:
    """Return the word and its style; the agent's only while the call is connected."""
    if state.call_state is CallState.ERROR:
        return "failed", "red"
    if state.call_state is CallState.OVER:
        return "hanging up", "dim"
    if state.call_state is not CallState.CONNECTED:
        return "connecting", "dim"
    return ("connected", "dim") if state.agent_state is None else _AGENT[state.agent_state]
