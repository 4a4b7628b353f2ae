import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.manners import Manners, manners_of
from aicall_cli.errors import UsageError


def test_nothing_is_done_that_is_not_asked_for() -> None:
    assert manners_of(CallOptions({})) == Manners()
    assert manners_of(CallOptions({"greeting": " ", "wake_up_query": ""})) == Manners()


def test_what_is_asked_for_is_taken() -> None:
    options = CallOptions({"greeting": "Hello.", "wake_up_query": "Hi", "complete_reply": True})
    taken = manners_of(options)
    assert taken == Manners(greeting="Hello.", wake_up_query="Hi", complete_reply=True)
    options.finish()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="greeting is a text"):
        manners_of(CallOptions({"greeting": 1}))
