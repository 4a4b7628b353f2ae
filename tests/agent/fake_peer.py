"""A media connection without a network: what was sent is noted, what comes is handed in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np

from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.base import Agent, Conversation
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.audio.format import TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.engine.commands import Command
from aicall_cli.engine.events import Event
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.aicallkit import decode_event, encode_command
from aicall_cli.rtc.peer import PeerHandlers
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind


class FakePeer:
    """Stands in for ``rtc.peer.Peer`` in virtual time."""

    def __init__(self, handlers: PeerHandlers) -> None:
        self.handlers = handlers
        self.audio: list[tuple[float, int, Pcm]] = []
        """(time, RTP timestamp, PCM) of each tick sent."""
        self.messages: list[str | bytes] = []
        self.takes_messages = True
        self.last_arrival: float | None = None
        self.closed = False
        self._timestamp = 7_000_000

    @property
    def events(self) -> list[Event]:
        return [decode_event(message) for message in self.messages]

    @property
    def heard(self) -> Pcm:
        """All that was sent, as the caller hears it."""
        return np.concatenate([pcm for _, _, pcm in self.audio])

    async def answer(self, sdp: str) -> str:
        if sdp == "bad":
            raise RemoteProtocolError("a bad offer")
        return f"answer to {sdp}"

    def send_audio(self, pcm: Pcm, timestamp: int) -> None:
        self.audio.append((asyncio.get_running_loop().time(), timestamp, pcm))

    def send_message(self, text: str | bytes) -> bool:
        if self.takes_messages:
            self.messages.append(text)
        return self.takes_messages

    async def close(self) -> None:
        self.closed = True

    def command(self, command: Command) -> None:
        """Hand in a command of the caller."""
        self.handlers.on_message(
            encode_command(command, sequence=1, sender="caller", receiver="agent")
        )

    async def say(self, pcm: Pcm) -> None:
        """Hand in ``pcm`` tick by tick, in its own time."""
        for start in range(0, len(pcm), TICK_SAMPLES):
            self.hand_in(pcm[start : start + TICK_SAMPLES])
            await asyncio.sleep(TICK_SECONDS)

    def hand_in(self, pcm: Pcm) -> None:
        """Hand in one packet's audio now."""
        now = self.last_arrival = asyncio.get_running_loop().time()
        self.handlers.on_audio(HeardFrame(pcm, self._timestamp, now, HeardKind.RECEIVED))
        self._timestamp += len(pcm)

    async def be_silent(self, seconds: float) -> None:
        """Hand in digital silence."""
        await self.say(np.zeros(round(seconds * 48_000), np.int16))


class RunningCall:
    """A call that runs in virtual time over a fake peer."""

    def __init__(self, call: AgentCall, peer: FakePeer) -> None:
        self.call = call
        self.peer = peer
        self.reason: str | None = None
        self.skew = 0.0
        """Seconds by which the call's clock is ahead of the loop's: grows with a stall."""


@asynccontextmanager
async def running_call(
    build_agent: Callable[[Conversation], Agent], settings: TurnSettings | None = None
) -> AsyncIterator[RunningCall]:
    """Run a call until the block ends; its data channel is open."""
    peers: list[FakePeer] = []
    loop = asyncio.get_running_loop()

    def clock() -> float:
        return loop.time() + (running.skew if running else 0.0)

    def make_peer(handlers: PeerHandlers) -> FakePeer:
        peers.append(FakePeer(handlers))
        return peers[-1]

    running: RunningCall | None = None
    call = AgentCall("c1", "caller", build_agent, settings or TurnSettings(), make_peer, clock)
    running = RunningCall(call, peers[0])

    async def run() -> None:
        running.reason = await call.run()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(run())
        await asyncio.sleep(0)
        peers[0].handlers.on_channel_open()
        try:
            yield running
        finally:
            call.end("the test is over")
            await task
            await call.close()
