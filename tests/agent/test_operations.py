"""Each operation on a call in virtual time; over real media in tests/integration."""

import asyncio
import json
from collections.abc import Awaitable

import numpy as np
import pytest

from aicall_cli.agent.base import Conversation
from aicall_cli.agent.call_operations import MAX_MESSAGE, MAX_SPEECH
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.control_plane import LEFT
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.instance_operations import describe
from aicall_cli.agent.operations import NOT_OURS, Operations
from aicall_cli.agent.signaling_socket import Refusal
from aicall_cli.agent.speech import SubtitlePiece
from aicall_cli.agent.takeover import Takeover
from aicall_cli.agent.voice_output import MAX_SPEECHES
from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.control.cloud_operations import OPERATIONS
from aicall_cli.engine.enums import InterruptedReason, TakeoverMode
from aicall_cli.engine.events import (
    AgentSubtitleReceived,
    AgentWillLeave,
    CustomMessageReceived,
    PushToTalkChanged,
    SpeakingInterrupted,
    UserSubtitleReceived,
    VoiceInterruptChanged,
)
from aicall_cli.protocol.signaling import Join
from tests.agent.fake_peer import running_call
from tests.agent.planes import ADDRESS, NOW, TestPlane

ALWAYS = {"StartTime": "0", "EndTime": "253402300799000"}


class Speaker(EchoAgent):
    """Says anything in two seconds."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._voice = conversation.voice

    @property
    def speaks(self) -> bool:
        return True

    def speak(self, sentence_id: int, text: str) -> bool:
        speech = self._voice.open(sentence_id)
        if speech is None:
            return False
        pcm = np.full(2 * SAMPLE_RATE, 1000, np.int16)
        assert self._voice.append(speech, pcm, [SubtitlePiece(0, text)])
        speech.close()
        return True


async def refused(work: Awaitable[object]) -> ControlError:
    with pytest.raises(ControlError) as caught:
        await work
    assert 400 <= caught.value.status < 500
    return caught.value


async def test_an_agent_says_what_it_is_told_and_is_interrupted_for_it() -> None:
    plane = TestPlane()
    operations = Operations(plane)
    async with running_call(Speaker) as running:
        instance = await plane.entered(running.call)
        said = {"InstanceId": instance.instance_id}
        running.call._on_published = lambda event: plane.note(instance, event)
        for text, interrupt in (("One.", "true"), ("Two.", "true"), ("Three.", "false")):
            told = {**said, "Text": text, "EnableInterrupt": interrupt}
            assert await operations.run("SendAIAgentSpeech", told, ADDRESS) == {}
            await asyncio.sleep(1)
        await asyncio.sleep(5)
        events = running.peer.events
        spoken = [e.text for e in events if isinstance(e, AgentSubtitleReceived) and e.text]
        assert "".join(spoken).split(".") == ["One", "Two", "Three", ""]
        interruptions = [e for e in events if isinstance(e, SpeakingInterrupted)]
        assert interruptions == [SpeakingInterrupted(InterruptedReason.BY_SPEECH_BROADCAST)]
        assert np.abs(running.peer.heard).max() == 1000
        asked = {"SessionId": instance.session_id, **ALWAYS, "PageSize": "2", "Order": "desc"}
        listed = (await operations.run("ListAIAgentDialogues", asked, ADDRESS))["Dialogues"]
        assert [(each["Producer"], each["Type"]) for each in listed] == [("agent", "speech")] * 2


async def test_what_cannot_be_said_is_refused() -> None:
    plane = TestPlane()
    operations = Operations(plane)

    async def speak(**told: str) -> ControlError:
        said = {"InstanceId": instance.instance_id, "Text": "Hello.", **told}
        return await refused(operations.run("SendAIAgentSpeech", said, ADDRESS))

    async with running_call(Speaker) as running:
        instance = await plane.entered(running.call)
        assert (await speak(Text="x" * (MAX_SPEECH + 1))).code == "InvalidParameter"
        assert (await speak(Text=" ")).code == "MissingParameter"
        assert (await speak(Type="AudioUrl")).code == "InvalidParameter"
        for number in range(MAX_SPEECHES):
            assert running.call.broadcast("Hello.", False) == number + 1
        assert (await speak(EnableInterrupt="false")).status == 429
        running.call.connection.connected = False
        assert (await speak()).code == "InstanceNotConnected"
    async with running_call(EchoAgent) as running:
        instance = await plane.entered(running.call)
        assert (await speak()).code == "UnsupportedOperation"


async def test_texts_and_messages_reach_the_call() -> None:
    plane = TestPlane()
    operations = Operations(plane)
    async with running_call(EchoAgent) as running:
        said = {"InstanceId": (await plane.entered(running.call)).instance_id}
        await operations.run("SendAIAgentText", {**said, "Text": "hello"}, ADDRESS)
        message = {**said, "Message": '{"a": [1]}'}
        await operations.run("SendAIAgentDataChannelMessage", message, ADDRESS)
        error = await refused(
            operations.run("SendAIAgentText", {**said, "Text": "x" * 9000}, ADDRESS)
        )
        assert error.code == "InvalidParameter"
        assert UserSubtitleReceived("hello", True, 1) in running.peer.events
        assert running.peer.events[-1] == CustomMessageReceived({"a": [1]})
        for wrong in ("{", "[" * 5000, '"' + "x" * MAX_MESSAGE + '"'):
            message = {**said, "Message": wrong}
            error = await refused(operations.run("SendAIAgentDataChannelMessage", message, ADDRESS))
            assert error.code == "InvalidParameter"


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


async def test_a_dialogue_is_deleted_and_rounds_are_counted() -> None:
    plane = TestPlane()
    operations = Operations(plane)
    instance = await plane.made()
    for number, text in enumerate(("one", "two", "three"), 1):
        plane.time += 1
        instance.dialogues.note(UserSubtitleReceived(text, True, number), plane.time)
        instance.dialogues.note(AgentSubtitleReceived(text, True, number), plane.time)
    session = {"SessionId": instance.session_id}

    async def listed(**said: str) -> list[str]:
        wanted = {**session, **ALWAYS, **said}
        answer = await operations.run("ListAIAgentDialogues", wanted, ADDRESS)
        return [each["Text"] for each in answer["Dialogues"]]

    assert await listed(RoundLimit="1") == ["three", "three"]
    assert await listed(RoundLimit="2", Order="DESC") == ["three", "three", "two", "two"]
    one = {**session, "DialogueId": instance.dialogues.dialogues[0].dialogue_id}
    error = await refused(operations.run("DeleteAIAgentDialogue", {**one, "NodeId": "n"}, ADDRESS))
    assert error.code == "InvalidParameter"
    assert await operations.run("DeleteAIAgentDialogue", one, ADDRESS) == {}
    assert await listed() == ["one", "two", "two", "three", "three"]
    again = await refused(operations.run("DeleteAIAgentDialogue", one, ADDRESS))
    assert (again.code, again.status) == ("DialogueNotFound", 404)


async def test_a_person_is_given_a_place_in_a_call() -> None:
    plane = TestPlane()
    operations = Operations(plane)
    async with running_call(EchoAgent) as running:
        instance = await plane.entered(running.call)
        said = {"InstanceId": instance.instance_id}
        told = await operations.run("TakeoverAIAgentCall", said, ADDRESS)
        assert sorted(told) == ["ChannelId", "HumanAgentUserId"]
        assert told["HumanAgentUserId"].startswith("human-")
        wanted = {**said, "HumanAgentUserId": "bob", "RequireToken": "true"}
        told = await operations.run("TakeoverAIAgentCall", wanted, ADDRESS)
        token = plane.read_token(told["Token"])
        assert token is not None
        assert (token.channel_id, token.user_id) == (instance.channel_id, "bob")
        instance.takeover = Takeover(running.call, "bob", TakeoverMode.HUMAN_VOICE)
        error = await refused(operations.run("TakeoverAIAgentCall", wanted, ADDRESS))
        assert (error.code, error.status) == ("TakeoverInProgress", 409)
