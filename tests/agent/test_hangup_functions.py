import json
from typing import Any

import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.hangup_functions import as_tools, hangup_functions_of
from aicall_cli.errors import UsageError


def test_the_functions_that_hang_up_are_taken_by_their_names() -> None:
    given = [{"Function": "hangup", "MatchFunction": name} for name in ("end_call", "bye-bye")]
    options = CallOptions({"functions": json.dumps([*given, {"MatchFunction": "other"}])})
    assert hangup_functions_of(options) == {"end_call", "bye-bye"}
    options.finish()
    assert hangup_functions_of(CallOptions({})) == frozenset()


def test_they_are_offered_to_the_model_by_name() -> None:
    tools = as_tools({"b", "a"})
    assert [tool["function"]["name"] for tool in tools] == ["a", "b"]
    assert {tool["type"] for tool in tools} == {"function"}


@pytest.mark.parametrize(
    "bad",
    [
        [{"Function": "hangup"}],
        [{"Function": "hangup", "MatchFunction": "end call"}],
        [{"Function": "hangup", "MatchFunction": "x" * 65}],
        [{"Function": "dance", "MatchFunction": "x"}],
        [{"Function": "hangup", "MatchFunction": "x"}] * 11,
    ],
)
def test_what_makes_no_sense_is_refused(bad: list[dict[str, Any]]) -> None:
    with pytest.raises(UsageError):
        hangup_functions_of(CallOptions({"functions": json.dumps(bad)}))
