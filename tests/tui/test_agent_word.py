import pytest

from aicall_cli.engine.enums import AgentState, CallState
from aicall_cli.tui.agent_word import AGENT_WORD_WIDTH, agent_word
from aicall_cli.tui.view_state import ViewState


@pytest.mark.parametrize(
    ("call", "agent", "word"),
    [
        (CallState.NONE, None, "connecting"),
        (CallState.CONNECTING, AgentState.LISTENING, "connecting"),
        (CallState.CONNECTED, None, "connected"),
        (CallState.CONNECTED, AgentState.LISTENING, "listening"),
        (CallState.CONNECTED, AgentState.THINKING, "thinking"),
        (CallState.CONNECTED, AgentState.SPEAKING, "speaking"),
        (CallState.OVER, AgentState.SPEAKING, "hanging up"),
        (CallState.ERROR, AgentState.SPEAKING, "failed"),
    ],
)
def test_the_agent_has_the_word_while_the_call_is_connected(
    call: CallState, agent: AgentState | None, word: str
) -> None:
    assert agent_word(ViewState(call_state=call, agent_state=agent))[0] == word
    assert len(word) <= AGENT_WORD_WIDTH
