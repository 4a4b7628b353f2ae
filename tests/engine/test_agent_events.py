from typing import get_args

from aicall_cli.engine import agent_events, events
from aicall_cli.engine.agent_events import AgentEvent, RtcTokenReceived
from aicall_cli.secret import Secret


def test_all_that_an_agent_tells_is_told_on() -> None:
    for kind in get_args(AgentEvent):
        assert getattr(events, kind.__name__) is getattr(agent_events, kind.__name__)
        assert kind.__name__ in events.__all__


def test_a_token_is_not_shown() -> None:
    assert "hush" not in repr(RtcTokenReceived(Secret("hush")))
