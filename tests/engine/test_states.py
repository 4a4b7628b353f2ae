from itertools import product

import pytest

from aicall_cli.engine.enums import CallState
from aicall_cli.engine.states import TRANSITIONS, Trigger, next_state
from aicall_cli.errors import CommandRefused

_LEGAL = {
    (CallState.NONE, Trigger.BEGIN): CallState.CONNECTING,
    (CallState.CONNECTING, Trigger.AUDIO): CallState.CONNECTED,
    (CallState.CONNECTING, Trigger.END): CallState.OVER,
    (CallState.CONNECTING, Trigger.FAIL): CallState.ERROR,
    (CallState.CONNECTED, Trigger.END): CallState.OVER,
    (CallState.CONNECTED, Trigger.FAIL): CallState.ERROR,
}


def test_each_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(CallState)


@pytest.mark.parametrize(("state", "trigger"), [*product(CallState, Trigger)])
def test_the_whole_table(state: CallState, trigger: Trigger) -> None:
    if (state, trigger) in _LEGAL:
        assert next_state(state, trigger) is _LEGAL[state, trigger]
    else:
        with pytest.raises(CommandRefused) as caught:
            next_state(state, trigger)
        assert (
            str(caught.value)
            == f"{trigger.value} is not possible while the call is {state.name.lower()}"
        )


def test_a_final_state_has_no_way_out_and_each_other_has_a_way_to_one() -> None:
    final = {CallState.OVER, CallState.ERROR}
    assert {state for state in CallState if not TRANSITIONS[state]} == final
    reached = {CallState.NONE}
    for _ in CallState:
        reached |= {after for state in reached for after in TRANSITIONS[state].values()}
    assert reached == set(CallState)
