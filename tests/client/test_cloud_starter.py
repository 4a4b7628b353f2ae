"""An agent that the cloud's API starts, with an API that answers what a test wants."""

import json
from typing import Any, cast

import pytest

from aicall_cli.client.cloud_starter import CloudStarter
from aicall_cli.control.cloud_answer import CloudAnswer
from aicall_cli.control.cloud_api import CloudApi
from aicall_cli.control.cloud_error import CloudError
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.agent_info import AgentInfo
from tests.protocol.tokens import made

TOKEN = made().encode()
ANSWER: dict[str, Any] = {
    "InstanceId": "instance",
    "ChannelId": "room_1",
    "AIAgentUserId": "agent",
    "Token": TOKEN.reveal(),
    "RequestId": "request",
}


class FakeApi:
    """Answers one operation after the other; an answer may be what it raises."""

    def __init__(self, *answers: dict[str, Any] | Exception) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._answers = list(answers)

    async def call(self, operation: Operation, values: dict[str, object]) -> CloudAnswer:
        self.asked.append((operation.action, operation.query(values)))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return CloudAnswer.of(answer)


def starter(api: FakeApi, config: str | None = None) -> CloudStarter:
    return CloudStarter(cast(CloudApi, api), "desk", "alice", config)


async def test_an_agent_is_started_and_stopped() -> None:
    api = FakeApi(ANSWER, {"RequestId": "r"})
    started = starter(api, '{"Greeting": "Hi"}')
    agent = await started.start()
    assert agent == AgentInfo("instance", "room_1", "agent", TOKEN, "request")
    await started.stop(agent)
    (generate, asked), stop = api.asked
    assert generate == "GenerateAIAgentCall"
    assert (asked["AIAgentId"], asked["UserId"]) == ("desk", "alice")
    assert json.loads(asked["AgentConfig"]) == {"Greeting": "Hi"}
    assert stop == ("StopAIAgentInstance", {"InstanceId": "instance"})


async def test_an_agent_that_cannot_be_joined_is_stopped() -> None:
    api = FakeApi({**ANSWER, "Token": None}, {"RequestId": "r"})
    with pytest.raises(RemoteProtocolError, match="Token is missing"):
        await starter(api).start()
    assert [action for action, _ in api.asked] == ["GenerateAIAgentCall", "StopAIAgentInstance"]


async def test_an_answer_without_an_instance_leaves_none_to_stop() -> None:
    api = FakeApi({"RequestId": "r"})
    with pytest.raises(RemoteProtocolError, match="missing"):
        await starter(api).start()
    assert len(api.asked) == 1


async def test_an_agent_that_cannot_be_stopped_is_told(caplog: pytest.LogCaptureFixture) -> None:
    gone = CloudError("the API is gone", status=500, hint=None)
    api = FakeApi(ANSWER, gone)
    agent = await starter(api).start()
    await starter(api).stop(agent)
    assert "may still be running and billed (the API is gone)" in caplog.text
    assert "aicall cloud instances show instance" in caplog.text
