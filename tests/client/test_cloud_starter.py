"""An agent that the cloud's API starts, with an API that answers what a test wants."""

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import pytest

from aicall_cli.client.cloud_starter import CloudStarter
from aicall_cli.control.cloud_answer import CloudAnswer
from aicall_cli.control.cloud_api import CloudApi
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.control.cloud_error import AbsentError, CloudError, UnansweredError
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.control.instance_journal import InstanceJournal, RunningInstance
from aicall_cli.errors import ConnectError, RemoteProtocolError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.agent_info import AgentInfo
from aicall_cli.protocol.call_config import CallConfig
from tests.protocol.tokens import made

TOKEN = made().encode()
ANSWER: dict[str, Any] = {
    "InstanceId": "instance",
    "ChannelId": "room_1",
    "AIAgentUserId": "agent",
    "Token": TOKEN.reveal(),
    "RequestId": "request",
}
DONE: dict[str, Any] = {"RequestId": "r"}
GONE = CloudError("the API is gone", status=500, hint=None)
HERE = CloudEndpoint.of(None, "http://127.0.0.1:8765")
BEIJING = CloudEndpoint.of("cn-beijing", None)


class FakeApi:
    """Answers one operation after the other; an answer may be what it raises."""

    def __init__(self, *answers: dict[str, Any] | Exception, seconds: float = 0.0) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.endpoints: list[CloudEndpoint] = []
        self._answers = list(answers)
        self._seconds = seconds

    async def call(self, operation: Operation, values: dict[str, object]) -> CloudAnswer:
        self.asked.append((operation.action, operation.query(values)))
        answer = self._answers.pop(0)
        await asyncio.sleep(self._seconds)
        if isinstance(answer, Exception):
            raise answer
        return CloudAnswer.of(answer)

    def open(self, endpoint: CloudEndpoint) -> CloudApi:
        self.endpoints.append(endpoint)
        return cast(CloudApi, self)

    @property
    def actions(self) -> list[str]:
        return [action for action, _ in self.asked]


def starter(api: FakeApi, folder: Path, config: str | None = None) -> CloudStarter:
    journal = InstanceJournal(folder)
    wanted = CallConfig(
        agent_id="desk",
        user_id="alice",
        agent_config=AgentConfig.from_plain(json.loads(config or "{}")),
    )
    return CloudStarter(HERE, api.open, journal, wanted)


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def leave(folder: Path, instance: RunningInstance) -> None:
    InstanceJournal(folder).enter(instance).keep()


def left(folder: Path) -> list[RunningInstance]:
    found = []
    for entry in InstanceJournal(folder).left():
        found.append(entry.instance)
        entry.keep()
    return found


async def test_an_agent_that_is_left_running_is_not_to_be_stopped_later(tmp_path: Path) -> None:
    api = FakeApi(ANSWER)
    started = starter(api, tmp_path)
    await started.leave(await started.start())
    assert files(tmp_path) == []
    assert api.actions == ["GenerateAIAgentCall"]


async def test_an_agent_is_started_and_stopped(tmp_path: Path) -> None:
    api = FakeApi(ANSWER, DONE)
    started = starter(api, tmp_path, '{"Greeting": "Hi"}')
    agent = await started.start()
    assert agent == AgentInfo("instance", "room_1", "agent", TOKEN, "request")
    assert len(files(tmp_path)) == 1, "it is in the journal while it runs"
    await started.stop(agent)
    assert files(tmp_path) == []
    (generate, asked), stop = api.asked
    assert generate == "GenerateAIAgentCall"
    assert (asked["AIAgentId"], asked["UserId"]) == ("desk", "alice")
    assert json.loads(asked["AgentConfig"]) == {"Greeting": "Hi"}
    assert stop == ("StopAIAgentInstance", {"InstanceId": "instance"})


async def test_an_agent_whose_start_is_cancelled_is_stopped(tmp_path: Path) -> None:
    for answer, asked in (
        (ANSWER, ["GenerateAIAgentCall", "StopAIAgentInstance"]),
        (GONE, ["GenerateAIAgentCall"]),
    ):
        api = FakeApi(answer, DONE, seconds=5.0)
        starting = asyncio.ensure_future(starter(api, tmp_path).start())
        await asyncio.sleep(1.0)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert api.actions == asked
        assert files(tmp_path) == []


async def test_a_cancelled_start_that_may_have_started_an_agent_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for cancels, answer in ((1, UnansweredError("the API did not answer")), (2, ANSWER)):
        starting = asyncio.ensure_future(starter(FakeApi(answer, seconds=5.0), tmp_path).start())
        for _ in range(cancels):
            await asyncio.sleep(1.0)
            starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert "an agent may run all the same" in caplog.messages[-1]
    assert len(caplog.messages) == 2


async def test_an_agent_that_cannot_be_joined_is_stopped(tmp_path: Path) -> None:
    api = FakeApi({**ANSWER, "Token": None}, DONE)
    with pytest.raises(RemoteProtocolError, match="Token is missing"):
        await starter(api, tmp_path).start()
    assert api.actions == ["GenerateAIAgentCall", "StopAIAgentInstance"]
    assert files(tmp_path) == []


async def test_an_answer_without_an_instance_leaves_none_to_stop(tmp_path: Path) -> None:
    api = FakeApi(DONE)
    with pytest.raises(RemoteProtocolError, match="missing"):
        await starter(api, tmp_path).start()
    assert api.actions == ["GenerateAIAgentCall"]


async def test_an_agent_that_cannot_be_stopped_is_told_and_left_to_the_next_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    api = FakeApi(ANSWER, GONE)
    first = starter(api, tmp_path)
    await first.stop(await first.start())
    assert "may still be running and billed (the API is gone)" in caplog.text
    assert await asyncio.to_thread(left, tmp_path) == [RunningInstance("instance", HERE)]

    api = FakeApi(DONE, ANSWER, DONE)
    second = starter(api, tmp_path)
    agent = await second.start()
    assert api.actions == ["StopAIAgentInstance", "GenerateAIAgentCall"]
    assert "agent instance, which an earlier command left, is stopped" in caplog.text
    await second.stop(agent)
    assert files(tmp_path) == []


async def test_an_agent_of_another_region_is_stopped_there(tmp_path: Path) -> None:
    await asyncio.to_thread(leave, tmp_path, RunningInstance("far", BEIJING))
    api = FakeApi(GONE, ANSWER, DONE)
    started = starter(api, tmp_path)
    await started.stop(await started.start())
    assert api.endpoints == [CloudEndpoint.of("cn-beijing", None), HERE, HERE]
    assert api.asked[0] == ("StopAIAgentInstance", {"InstanceId": "far"})
    still = await asyncio.to_thread(left, tmp_path)
    assert [it.instance_id for it in still] == ["far"], "the next call tries again"


async def test_an_agent_that_is_gone_by_itself_is_forgotten(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.to_thread(leave, tmp_path, RunningInstance("old", BEIJING))
    gone = CloudError("no such instance", status=404, code="InstanceNotFound", hint=None)
    api = FakeApi(gone, ANSWER, gone)
    started = starter(api, tmp_path)
    await started.stop(await started.start())
    assert files(tmp_path) == []
    assert "billed" not in caplog.text


@pytest.mark.parametrize(
    ("endpoint", "kept"), [("http://127.0.0.1:8766", 0), ("http://192.0.2.1:8766", 1)]
)
async def test_a_server_of_this_machine_that_is_gone_has_taken_its_agents_with_it(
    tmp_path: Path, endpoint: str, kept: int
) -> None:
    await asyncio.to_thread(
        leave, tmp_path, RunningInstance("old", CloudEndpoint.of(None, endpoint))
    )
    api = FakeApi(AbsentError("nothing answers"), ANSWER, DONE)
    started = starter(api, tmp_path)
    await started.stop(await started.start())
    assert len(files(tmp_path)) == kept


async def test_a_key_that_is_gone_is_no_agent_that_is(tmp_path: Path) -> None:
    await asyncio.to_thread(leave, tmp_path, RunningInstance("old", BEIJING))
    no_key = CloudError("?", status=404, code="InvalidAccessKeyId.NotFound", hint=None)
    with pytest.raises(CloudError):
        await starter(FakeApi(no_key, no_key), tmp_path).start()
    assert len(files(tmp_path)) == 1


async def test_without_a_journal_a_call_is_made_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    api = FakeApi(ANSWER, DONE)
    started = starter(api, tmp_path / "file")
    await started.stop(await started.start())
    assert "is not in the journal (Not a directory)" in caplog.text
    assert api.actions == ["GenerateAIAgentCall", "StopAIAgentInstance"]


async def test_what_prevents_the_start_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ConnectError, match="nobody"):
        await starter(FakeApi(ConnectError("nobody")), tmp_path).start()
