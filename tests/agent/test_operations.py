"""Each operation on a call in virtual time; over real media in tests/integration."""

import asyncio
from collections.abc import Awaitable

import numpy as np
import pytest

from aicall_cli.agent.base import Conversation
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.control_plane import LEFT
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.operations import MAX_MESSAGE, MAX_SPEECH, Operations
from aicall_cli.agent.speech import SubtitlePiece
from aicall_cli.agent.voice_output import MAX_SPEECHES
from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.engine.enums import InterruptedReason
from aicall_cli.engine.events import (
    AgentSubtitleReceived,
    AgentWillLeave,
    CustomMessageReceived,
    PushToTalkChanged,
    SpeakingInterrupted,
    UserSubtitleReceived,
    VoiceInterruptChanged,
)
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
