import pytest

from aicall_cli.engine.ending import error_of
from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.error_code import ErrorCode
from aicall_cli.engine.events import CallEnded
from aicall_cli.exit_status import ExitStatus


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (EndReason.HUNG_UP, None),
        (EndReason.AGENT_LEFT, None),
        (EndReason.AGENT_FAILED, ExitStatus.AGENT_FAILED),
        (EndReason.CONNECT_FAILED, ExitStatus.CANNOT_CONNECT),
        (EndReason.CONNECTION_LOST, ExitStatus.CONNECTION_LOST),
        (EndReason.KICKED, ExitStatus.CONNECTION_LOST),
        (EndReason.TIMEOUT, ExitStatus.CHECK_FAILED),
    ],
)
def test_what_each_end_amounts_to(reason: EndReason, status: ExitStatus | None) -> None:
    error = error_of(CallEnded(reason, "the agent failed"))
    assert (error and error.exit_status) == status
    assert (error and error.message) == (status and "the agent failed")


def test_a_lost_call_says_what_to_do_next() -> None:
    error = error_of(CallEnded(EndReason.CONNECTION_LOST, "the agent is gone"))
    assert error is not None
    assert error.hint is not None
    assert "call again" in error.hint


def test_who_is_replaced_is_told_how_to_call_beside_the_other() -> None:
    ended = CallEnded(EndReason.KICKED, "", ErrorCode.KICKED_BY_USER_REPLACE)
    error = error_of(ended)
    assert error is not None
    assert error.hint is not None
    assert "--user-id" in error.hint


def test_each_reason_that_is_an_error_has_one() -> None:
    for reason in EndReason:
        if reason.is_error:
            assert error_of(CallEnded(reason, "")) is not None
