"""The operations on a call, in virtual time; over real media in tests/integration."""

import asyncio

import numpy as np

from aicall_cli.agent.base import Conversation
from aicall_cli.agent.call_operations import MAX_MESSAGE, MAX_SPEECH
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.operations import Operations
from aicall_cli.agent.speech import SubtitlePiece
from aicall_cli.agent.takeover import Takeover
from aicall_cli.agent.voice_output import MAX_SPEECHES
from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.engine.enums import InterruptedReason, TakeoverMode
from aicall_cli.engine.events import (
    AgentSubtitleReceived,
    CustomMessageReceived,
    SpeakingInterrupted,
    UserSubtitleReceived,
)
from tests.agent.fake_peer import running_call
from tests.agent.planes import ADDRESS, TestPlane, refused

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
