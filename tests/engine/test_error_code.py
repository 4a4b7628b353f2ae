from aicall_cli.engine.enums import AgentErrorCode, ByeReason, EndReason
from aicall_cli.engine.error_code import (
    ErrorCode,
    agent_error,
    begin_error,
    bye_error,
    end_error,
    refusal_error,
)
from aicall_cli.errors import (
    CommandRefused,
    ConnectError,
    SubscriptionError,
    UnknownAgentError,
    UsageError,
    ValueRefused,
)


def test_the_numbers_are_aicallkits() -> None:
    assert sorted((code.value for code in ErrorCode), reverse=True) == [
        *(0, -1, -2, -3, -4),
        *range(-10000, -10009, -1),
        *(-10101, -10102, -10103),
        *(-10201, -10202, -10203, -10204),
        -40000,
    ]


def test_what_the_agents_errors_are_called() -> None:
    told = {code: agent_error(code).value for code in (4001, 4004, 4005, 4006)}
    assert told == {4001: -10202, 4004: -10102, 4005: -10103, 4006: -10201}
    for unknown in (0, 4002, AgentErrorCode.REPLY_FAILED):
        assert agent_error(unknown) is ErrorCode.UNKNOWN_ERROR


def test_what_the_networks_goodbyes_are_called() -> None:
    assert {reason: bye_error(reason).value for reason in (1, 2, 3)} == {
        ByeReason.BY_SYSTEM: -10006,
        ByeReason.CHANNEL_TERMINATED: -10007,
        ByeReason.REPLACED: -10005,
    }
    assert bye_error(9) is ErrorCode.KICKED_BY_SYSTEM


def test_each_end_that_is_a_failure_has_a_number() -> None:
    for reason in EndReason:
        assert (end_error(reason) is not ErrorCode.NONE) == reason.is_error
    assert end_error(EndReason.AGENT_FAILED) is ErrorCode.AGENT_LEAVE_CHANNEL
    assert end_error(EndReason.CONNECTION_LOST) is ErrorCode.CONNECTION_FAILED


def test_why_a_call_did_not_come_about() -> None:
    assert begin_error(SubscriptionError("none")).value == -10203
    assert begin_error(UnknownAgentError("none")).value == -10204
    assert begin_error(ConnectError("none")) is ErrorCode.NONE


def test_what_is_refused_is_the_times_fault_or_the_values() -> None:
    assert refusal_error(CommandRefused("not now")) is ErrorCode.INVALID_ACTION
    assert refusal_error(ValueRefused("not that much")) is ErrorCode.INVALID_PARAMETERS
    assert refusal_error(UsageError("not that loud")) is ErrorCode.INVALID_PARAMETERS
