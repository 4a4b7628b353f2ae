"""The operations on instances, in virtual time; over real media in tests/integration."""

import asyncio
import json
from collections.abc import Awaitable

import pytest

from aicall_cli.agent.control_plane import LEFT
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.instance_operations import describe
from aicall_cli.agent.operations import Operations
from aicall_cli.agent.signaling_socket import Refusal
from aicall_cli.engine.events import (
    AgentWillLeave,
    PushToTalkChanged,
    VoiceInterruptChanged,
)
from aicall_cli.protocol.signaling import Join
from tests.agent.fake_peer import running_call
from tests.agent.planes import ADDRESS, NOW, TestPlane, refused


async def test_a_call_is_changed_as_far_as_it_can_be() -> None:
    plane = TestPlane()
    operations = Operations(plane)

    def update(config: str) -> Awaitable[object]:
        said = {"InstanceId": instance.instance_id, "AgentConfig": config, "UserData": "new"}
        return operations.run("UpdateAIAgentInstance", said, ADDRESS)

    instance = await plane.made("assistant", '{"Volume": 50}')
    await update('{"MaxIdleTime": 30}')
    assert instance.config.as_plain() == {"Volume": 50, "MaxIdleTime": 30}
    assert (await refused(update('{"TtsConfig": {"VoiceId": "v9"}}'))).code == "InvalidParameter"
    assert (await refused(update('{"Volume": 401}'))).code == "InvalidParameter"
    async with running_call(EchoAgent) as running:
        plane.joined(instance, running.call)
        await update(
            '{"InterruptConfig": {"EnableVoiceInterrupt": false}, "EnablePushToTalk": true,'
            ' "Volume": 200, "AsrConfig": {"AsrMaxSilence": 800}}'
        )
        told = running.peer.events[-2:]
        assert told == [VoiceInterruptChanged(False), PushToTalkChanged(True)]
        assert running.call.voice.volume == 200
        error = await refused(update('{"LlmConfig": {"LlmSystemPrompt": "x"}, "Volume": 20}'))
        assert "update_llm_system_prompt, which this agent does not know" in error.message
        assert running.call.voice.volume == 200
        error = await refused(update('{"MaxIdleTime": 60}'))
        assert "AgentConfig.MaxIdleTime cannot change in a call" in error.message
    assert instance.config.as_plain() == {
        "Volume": 200,
        "MaxIdleTime": 30,
        "EnablePushToTalk": True,
        "InterruptConfig": {"EnableVoiceInterrupt": False},
        "AsrConfig": {"AsrMaxSilence": 800},
    }
    assert instance.user_data == "new"


async def test_an_instance_is_stopped_once_and_for_all() -> None:
    plane = TestPlane()
    operations = Operations(plane)
    async with running_call(EchoAgent) as running:
        instance = await plane.entered(running.call)
        said = {"InstanceId": instance.instance_id}
        for _ in range(2):
            assert await operations.run("StopAIAgentInstance", said, ADDRESS) == {}
        await asyncio.sleep(1)
        assert running.reason == LEFT
        assert running.peer.events.count(AgentWillLeave(0, LEFT)) == 1
        plane.time += 90
        plane.left(instance, running.call)
    told = (await operations.run("DescribeAIAgentInstance", said, ADDRESS))["Instance"]
    assert told["Status"] == "Finished"
    assert told["CallInfo"]["CallDuration"] == 0
    finished = [
        await refused(operations.run(action, {**said, "Text": "x", "Message": "{}"}, ADDRESS))
        for action in (
            "SendAIAgentText",
            "SendAIAgentSpeech",
            "SendAIAgentDataChannelMessage",
            "UpdateAIAgentInstance",
        )
    ]
    assert {error.code for error in finished} == {"InstanceFinished"}


async def test_instances_are_counted_and_listed_by_page() -> None:
    plane = TestPlane()
    operations = Operations(plane)
    ids = []
    for _ in range(3):
        plane.time += 1
        ids.append((await plane.made()).instance_id)
    await plane.made("assistant")

    async def listed(**said: str) -> list[str]:
        answer = await operations.run("ListAIAgentInstance", {"AIAgentId": "echo", **said}, ADDRESS)
        return [each["InstanceId"] for each in answer["Instances"]]

    assert await listed() == ids[::-1]
    assert await listed(PageSize="2", PageNumber="2") == ids[:1]
    assert await listed(StartTime="2027-01-15T08:00:02Z", EndTime="2027-01-15T08:00:02Z") == [
        ids[1]
    ]
    for agent, count in (("", 4), ("echo", 3), ("nobody", 0)):
        answer = await operations.run("GetAIAgentConcurrency", {"AIAgentId": agent}, ADDRESS)
        assert answer == {"ActiveCount": count}
    assert (await operations.run("DescribeAIAgentInstance", {"InstanceId": ids[0]}, ADDRESS))[
        "Instance"
    ]["GmtCreate"] == "2027-01-15T08:00:01Z"
    assert NOW == 1_800_000_000


async def test_an_agent_is_started_in_a_channel_that_is_there() -> None:
    plane = TestPlane()
    operations = Operations(plane)
    agent = plane.channel_token("desk", "", ADDRESS)
    channel = {"ChannelId": agent.channel_id, "AgentUserId": "desk"}
    runtime = {**channel, "AuthToken": agent.encode().reveal()}

    def start(config: object, **more: str) -> Awaitable[dict[str, object]]:
        said = {"AIAgentId": "echo", "RuntimeConfig": json.dumps(config), **more}
        return operations.run("StartAIAgentInstance", said, ADDRESS)

    for wrong, code in (
        ([], "InvalidParameter"),
        ({}, "MissingParameter"),
        ({**runtime, "AuthToken": ""}, "MissingParameter"),
        ({**runtime, "AuthToken": 1}, "InvalidParameter"),
        ({**runtime, "AuthToken": "x"}, "InvalidParameter"),
        ({**runtime, "ChannelId": "another"}, "InvalidParameter"),
        ({**runtime, "AgentUserId": "another"}, "InvalidParameter"),
        ({"VisionChat": runtime}, "Forbidden.SubscriptionRequired"),
    ):
        assert (await refused(start(wrong))).code == code, wrong
    foreign = TestPlane().channel_token("desk", "", ADDRESS).encode().reveal()
    assert "not signed" in (await refused(start({**runtime, "AuthToken": foreign}))).message
    assert (await refused(start(runtime, AIAgentId="nobody"))).code == "AgentNotFound"

    started = await start({"VoiceChat": runtime}, UserData="d", SessionId="s")
    instance = plane.instances.find(str(started["InstanceId"]), NOW)
    told = describe(instance)
    assert told["RuntimeConfig"]["VoiceChat"] == channel
    assert (told["UserData"], told["SessionId"]) == ("d", "s")
    assert (await refused(start(runtime))).code == "ChannelOccupied"
    user = plane.channel_token("alice", agent.channel_id, ADDRESS)
    assert plane.instance_of(user, Join("", "alice")) is instance
    assert instance.token_expiries["alice"] == user.expiry.seconds
    with pytest.raises(Refusal):
        plane.instance_of(agent, Join("", "desk"))
