"""Which operations there are, and what is refused of any."""

import pytest

from aicall_cli.agent.operations import NOT_OURS, Operations
from aicall_cli.control.cloud_operations import OPERATIONS
from tests.agent.planes import ADDRESS, TestPlane, refused

ALWAYS = {"StartTime": "0", "EndTime": "253402300799000"}


@pytest.mark.parametrize(
    ("action", "said", "code"),
    [
        ("NoSuchThing", {}, "InvalidAction.NotFound"),
        ("__init__", {}, "InvalidAction.NotFound"),
        ("StartAIAgentOutboundCall", {}, "UnsupportedOperation"),
        ("GenerateAIAgentCall", {}, "MissingParameter"),
        ("GenerateAIAgentCall", {"AIAgentId": "x"}, "AgentNotFound"),
        ("GenerateAIAgentCall", {"AIAgentId": "echo", "Expire": "-1"}, "InvalidParameter"),
        ("DescribeAIAgentInstance", {"InstanceId": "x"}, "InstanceNotFound"),
        ("ListAIAgentDialogues", {"SessionId": "x"}, "MissingParameter"),
        ("ListAIAgentDialogues", {"SessionId": "x", "Order": "up", **ALWAYS}, "InvalidParameter"),
        ("ListAIAgentInstance", {"AIAgentId": "echo", "PageSize": "0"}, "InvalidParameter"),
    ],
    ids=str,
)
async def test_what_is_refused(action: str, said: dict[str, str], code: str) -> None:
    work = Operations(TestPlane()).run(action, said, ADDRESS)
    assert (await refused(work)).code == code


async def test_what_is_not_ours_is_refused_by_its_name_and_with_a_reason() -> None:
    operations = Operations(TestPlane())
    for action, why in NOT_OURS.items():
        error = await refused(operations.run(action, {}, ADDRESS))
        assert error.code == "UnsupportedOperation"
        assert error.message == f"{action} cannot be done: {why}."


async def test_each_of_the_vendors_operations_is_done_or_refused() -> None:
    operations = Operations(TestPlane())
    for operation in OPERATIONS:
        known = operation.action in operations._known
        assert known != (operation.action in NOT_OURS), operation.action
