"""Who joins is led to a call; each runs in virtual time over fake peers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from aicall_cli.agent.base import Conversation
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.call_request import CallRequest
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.echo import EchoAgent, configure_echo
from aicall_cli.agent.instance import Instance
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.reception import Place, Reception
from aicall_cli.agent.registry import AgentBuilder, AgentKind
from aicall_cli.agent.signaling_socket import Refusal
from aicall_cli.agent.speech import SubtitlePiece
from aicall_cli.agent.takeover import CALLER_LEFT, PERSON_LEFT
from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.audio.tone import tone
from aicall_cli.engine.commands import RequestRtcToken, SendText
from aicall_cli.engine.enums import AgentState, ByeReason, LeaveReason, TakeoverMode
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    HumanTakeoverConnected,
    HumanTakeoverWillStart,
    RtcTokenReceived,
    UserSubtitleReceived,
)
from aicall_cli.protocol.aicallkit import encode_command
from aicall_cli.protocol.rtc_token import RtcToken
from aicall_cli.protocol.signaling import Join, RefusalCode, Refused
from aicall_cli.rtc.peer import PeerHandlers
from aicall_cli.speech.recogniser import Recogniser
from tests.agent.fake_peer import FakePeer
from tests.agent.planes import ADDRESS, NOW
from tests.agent.speech_parts import FakeRecogniser
from tests.support.speech_like import speech_like


class Speaker(EchoAgent):
    """Says any text in half a second, and hears a person who speaks with its voice."""

    @property
    def speaks(self) -> bool:
        return True

    def speak(self, sentence_id: int, text: str) -> bool:
        speech = self._conversation.voice.open(sentence_id)
        assert speech is not None
        pcm = np.full(SAMPLE_RATE // 2, 1000, np.int16)
        assert self._conversation.voice.append(speech, pcm, [SubtitlePiece(0, text)])
        speech.close()
        return True

    def new_recogniser(self) -> Recogniser | None:
        return FakeRecogniser("hello")


async def configure_speaker(options: CallOptions) -> AgentBuilder:
    def build(conversation: Conversation) -> Speaker:
        return Speaker(conversation)

    return build


REGISTRY = {
    "echo": AgentKind(configure_echo, voice_interrupt=False),
    "speaker": AgentKind(configure_speaker, voice_interrupt=False),
}
LISTENING = AgentStateChanged(AgentState.LISTENING)


class Desk:
    """A reception whose calls run until the test ends."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        options = ServeOptions()
        self.plane = ControlPlane(REGISTRY, options, lambda: NOW + loop.time() - begin)
        self.reception = Reception(self.plane, REGISTRY, options, loop.time, self._require_room)
        self.full = False
        self.places: list[Place] = []
        self.reasons: dict[str, str] = {}
        self._over = asyncio.Condition()
        self._tasks = tasks

    async def made(self, agent_id: str = "echo", config: str = "") -> tuple[Instance, RtcToken]:
        request = CallRequest(agent_id=agent_id, user_id="caller", agent_config=config)
        return await self.plane.generate(request, ADDRESS)

    async def joined(
        self, token: RtcToken | None, options: dict[str, str | int] | None = None
    ) -> tuple[Place, FakePeer]:
        """Join, run the call if it begins, and open the data channel."""
        peers: list[FakePeer] = []

        def make_peer(handlers: PeerHandlers) -> FakePeer:
            peers.append(FakePeer(handlers))
            return peers[-1]

        join = Join("echo" if token is None else "", token.user_id if token else "x", options or {})
        place = await self.reception.receive(join, token, make_peer)
        if place.begins:
            self.places.append(place)
            self._tasks.create_task(self._run(place))
            await asyncio.sleep(0)
        peers[0].handlers.on_channel_open()
        return place, peers[0]

    async def refused(
        self, token: RtcToken, options: dict[str, str | int] | None = None
    ) -> Refused:
        with pytest.raises(Refusal) as caught:
            await self.joined(token, options)
        return caught.value.refused

    async def until_over(self, user_id: str) -> None:
        """Wait until the call of a user is over."""
        async with asyncio.timeout(30), self._over:
            await self._over.wait_for(lambda: user_id in self.reasons)

    def _require_room(self) -> None:
        if self.full:
            raise Refusal(Refused(RefusalCode.BUSY, "full"))

    async def _run(self, place: Place) -> None:
        try:
            self.reasons[place.call.user_id] = await place.call.run()
        finally:
            if place.instance is not None:
                self.plane.left(place.instance, place.call)
            await place.call.close()
            async with self._over:
                self._over.notify_all()


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    async with asyncio.TaskGroup() as tasks:
        it = Desk(tasks)
        try:
            yield it
        finally:
            for place in it.places:
                place.call.end("the test is over")


async def test_who_has_no_token_gets_a_call_of_its_own() -> None:
    async with desk() as it:
        place, _ = await it.joined(None)
        assert place.instance is None
        assert place.begins
        it.full = True
        with pytest.raises(Refusal, match="full"):
            await it.joined(None)


async def test_a_user_whose_connection_is_lost_comes_back_to_the_same_conversation() -> None:
    async with desk() as it:
        instance, token = await it.made()
        place, peer = await it.joined(token)
        peer.command(SendText("one"))
        await peer.be_silent(0.5)
        peer.handlers.on_closed("the media connection failed")
        assert await place.line.over() is None
        await asyncio.sleep(4.5)
        again, other = await it.joined(token)
        assert again.call is place.call
        assert not again.begins
        await other.be_silent(0.5)
        other.command(SendText("two"))
        told = [e for e in other.events if isinstance(e, UserSubtitleReceived)]
        assert told == [UserSubtitleReceived("two", True, 2)]
        assert instance.status == "Executing"
        await asyncio.sleep(5.1)
        assert it.reasons == {"caller": "no media came for 5 s"}
        assert instance.status == "Finished"
        assert (await it.refused(token)).message == "the instance is over"


async def test_a_user_who_joins_again_puts_the_other_connection_out() -> None:
    async with desk() as it:
        _, token = await it.made()
        place, peer = await it.joined(token)
        await peer.say(speech_like(25))
        again, other = await it.joined(token)
        goodbye = await place.line.over()
        assert goodbye is not None
        assert goodbye.code == ByeReason.REPLACED
        heard = len(peer.audio)
        await other.say(speech_like(50))
        await other.be_silent(2)
        assert len(peer.audio) == heard
        assert np.abs(other.heard).max() > 1000, "the echo of both parts"
        place.call.leave(LeaveReason.OTHER, "enough")
        assert "over" in (await it.refused(token)).message
        assert again.line.open


async def test_a_call_that_is_being_set_up_is_not_joined_again() -> None:
    async with desk() as it:
        _, token = await it.made()
        join = Join("", "caller")
        await it.reception.receive(join, token, FakePeer)
        assert (await it.refused(token)).code is RefusalCode.BUSY


async def test_a_person_talks_with_the_caller_in_the_own_voice() -> None:
    async with desk() as it:
        instance, token = await it.made()
        _, caller = await it.joined(token)
        await caller.be_silent(0.2)
        _, person = await it.joined(it.plane.invite(instance, "bob"))
        await asyncio.sleep(0.1)
        will = HumanTakeoverWillStart("bob", TakeoverMode.HUMAN_VOICE)
        assert [*caller.events][-1] == will
        caller.audio.clear()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(person.say(tone(300, 0, SAMPLE_RATE, SAMPLE_RATE, 0.5)))
            tasks.create_task(caller.say(tone(500, 0, SAMPLE_RATE, SAMPLE_RATE, 0.25)))
        assert HumanTakeoverConnected("bob") in caller.events
        assert 15_000 < np.abs(caller.heard).max() < 18_000
        assert 7_000 < np.abs(person.heard).max() < 9_000
        caller.audio.clear()
        await caller.say(speech_like(50))
        await caller.be_silent(1.0)
        assert np.abs(caller.heard[SAMPLE_RATE:]).max() < 100, "no echo any more"
        caller.command(SendText("are you there?"))
        assert AgentSubtitleReceived("are you there?", True, 2) in person.events
        assert not any(isinstance(e, AgentSubtitleReceived) for e in caller.events)
        assert (await it.refused(it.plane.make_token(instance, "bob"))).code is (RefusalCode.BUSY)
        person.handlers.on_message(
            encode_command(RequestRtcToken("bob"), sequence=1, sender="bob", receiver="agent")
        )
        assert isinstance([*person.events][-1], RtcTokenReceived)
        it.places[1].call.end("hung up")
        await it.until_over("caller")
        assert [*caller.events][-1] == AgentWillLeave(2002, PERSON_LEFT)
        assert instance.status == "Finished"


async def test_a_person_talks_with_the_caller_in_the_agents_voice() -> None:
    async with desk() as it:
        instance, token = await it.made("speaker")
        _, caller = await it.joined(token)
        await caller.be_silent(0.2)
        _, person = await it.joined(it.plane.invite(instance, "bob"), {"takeover_voice": "agent"})
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(caller.be_silent(6))
            await person.say(speech_like(50))
            await person.be_silent(3)
        assert HumanTakeoverWillStart("bob", TakeoverMode.AGENT_VOICE) in caller.events
        assert UserSubtitleReceived("hello", True, 1) in person.events
        spoken = [e.text for e in caller.events if isinstance(e, AgentSubtitleReceived)]
        assert "".join(spoken) == "hello"
        assert np.abs(caller.heard).max() == 1000, "the agent's voice and no other"
        assert AgentStateChanged(AgentState.SPEAKING) in person.events
        person.handlers.on_message(
            encode_command(SendText("typed"), sequence=1, sender="bob", receiver="agent")
        )
        await asyncio.sleep(0.1)
        spoken = [e.text for e in caller.events if isinstance(e, AgentSubtitleReceived)]
        assert "".join(spoken) == "hellotyped"


async def test_the_caller_leaves_first() -> None:
    async with desk() as it:
        instance, token = await it.made()
        place, caller = await it.joined(token)
        await caller.be_silent(0.2)
        _, person = await it.joined(it.plane.invite(instance, "bob"))
        await person.be_silent(0.2)
        place.call.end("the caller left")
        await it.until_over("bob")
        assert person.events[-1] == AgentWillLeave(0, CALLER_LEFT)
        assert it.reasons["caller"] == "the caller left"


async def test_without_the_persons_media_the_agent_goes_on() -> None:
    async with desk() as it:
        instance, token = await it.made()
        _, caller = await it.joined(token)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(caller.be_silent(35))
            await it.joined(it.plane.invite(instance, "bob"), {"online_timeout": 2})
            await it.until_over("bob")
            assert it.reasons == {"bob": "no media came for 2 s"}
            assert instance.takeover is None
            caller.command(SendText("go on"))
            assert AgentSubtitleReceived("go on", True, 1) in caller.events
            await it.joined(it.plane.invite(instance, "eve"))


async def test_a_call_that_is_taken_over_is_never_idle() -> None:
    async with desk() as it:
        instance, token = await it.made(config='{"MaxIdleTime": 3}')
        _, caller = await it.joined(token)
        _, person = await it.joined(it.plane.invite(instance, "bob"))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(caller.be_silent(10))
            tasks.create_task(person.be_silent(10))
        assert not it.reasons


async def test_takeovers_that_cannot_be() -> None:
    async with desk() as it:
        instance, token = await it.made()
        bob = it.plane.invite(instance, "bob")
        assert "no call" in (await it.refused(bob)).message
        await it.joined(token)
        refused = await it.refused(bob, {"takeover_voice": "agent"})
        assert refused.code is RefusalCode.BAD_OPTION
        assert "echo has no voice" in refused.message
        for options in ({"takeover_voice": "x"}, {"volume": 3}):
            assert (await it.refused(bob, options)).code is RefusalCode.BAD_OPTION  # type: ignore[arg-type]
        place, _ = await it.joined(bob)
        assert "send_text" in place.call.refuses
