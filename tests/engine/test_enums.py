import pytest

from aicall_cli.engine.enums import (
    AgentErrorCode,
    AgentState,
    ByeReason,
    CallState,
    CaptureMode,
    ConnectionReason,
    ConnectionStatus,
    EndReason,
    InterruptedReason,
    LeaveReason,
    NetworkQuality,
    Party,
    TakeoverMode,
    VoiceprintResult,
)


def test_the_numbers_are_aicallkits() -> None:
    assert [state.value for state in AgentState] == [1, 2, 3]
    assert [state.value for state in CallState] == [0, 1, 2, 3, 4]
    assert [reason.value for reason in InterruptedReason] == [0, 1, 2, 3, 4, 5]
    assert [reason.value for reason in LeaveReason] == [0, 2001, 2002]
    vendor = [code.value for code in AgentErrorCode if code is not AgentErrorCode.REPLY_FAILED]
    assert vendor == [4001, 4004, 4005, 4006]
    assert [result.value for result in VoiceprintResult] == [0, 1, 2, 3, 4, 5, 100]
    assert [mode.value for mode in TakeoverMode] == [0, 1]
    assert [mode.value for mode in CaptureMode] == ["single", "continuous"]
    assert [status.value for status in ConnectionStatus] == [0, 1, 2, 3, 4, 5]
    assert [reason.value for reason in ConnectionReason] == list(range(13))
    assert [quality.value for quality in NetworkQuality] == [0, 1, 2, 3, 4, 5, 6]
    assert [reason.value for reason in ByeReason] == [1, 2, 3]
    assert [party.value for party in Party] == ["caller", "agent"]


@pytest.mark.parametrize("reason", EndReason)
def test_a_call_ends_in_error_when_something_failed(reason: EndReason) -> None:
    in_good_order = {EndReason.HUNG_UP, EndReason.AGENT_LEFT, EndReason.TIMEOUT}
    assert reason.is_error == (reason not in in_good_order)
