"""An agent without a network: takes what a session sends and says what a test lets it say."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from aicall_cli.audio.format import TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.audio.level import rms
from aicall_cli.backends.base import BackendListener, Connected
from aicall_cli.clock import Clock
from aicall_cli.engine.commands import Command
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentStateChanged, DataChannelOpened, Event
from aicall_cli.errors import AicallError, ConnectionLostError
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind
from tests.support.speech_like import speech_like, ticks_of

SILENCE = np.zeros(TICK_SAMPLES, np.int16)
CALL = Connected("call-1", "agent-1")
NETWORK = NetworkStatistics(
    packets_sent=50,
    packets_received=100,
    packets_lost=0,
    packets_late=0,
    packets_duplicated=0,
    packets_foreign=0,
    frames_recovered=0,
    frames_concealed=0,
    jitter=0.001,
    round_trip=0.020,
    remote_fraction_lost=0.0,
    remote_packets_expected=50,
    remote_packets_lost=0,
    remote_jitter=0.001,
)


def virtual_clock() -> float:
    """Return the running loop's time."""
    return asyncio.get_running_loop().time()


@dataclass(frozen=True)
class Sent:
    """One tick that the session sent: when, at which media position, and what."""

    at: float
    position: int
    pcm: Pcm


@dataclass
class FakeBackend:
    """Says silence every 20 ms unless told otherwise, and keeps what it is sent.

    ``watch`` is its life: it runs until ``say_goodbye`` or ``lose``.
    """

    clock: Clock = virtual_clock
    refusal: AicallError | None = None
    """What ``connect`` raises."""
    connect_seconds: float = 0.0
    opens_channel: bool = True
    takes_commands: bool = True
    speaks: bool = True
    """Whether audio comes from its end at all."""
    network: NetworkStatistics | None = NETWORK
    """What the network did before the call; its packets are added."""
    sent: list[Sent] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    closed: int = 0
    stopped_agent: bool | None = None
    """Whether it was closed for good."""
    reorder_wait: float | None = None
    """What the session last asked for."""
    _listener: BackendListener | None = None
    _speech: deque[Pcm] = field(default_factory=deque)
    _timestamp: int = 0
    _end: asyncio.Event = field(default_factory=asyncio.Event)
    _loss: ConnectionLostError | None = None

    @property
    def listener(self) -> BackendListener:
        assert self._listener is not None
        return self._listener

    async def connect(self, listener: BackendListener) -> Connected:
        self._listener = listener
        await asyncio.sleep(self.connect_seconds)
        if self.refusal is not None:
            raise self.refusal
        if self.opens_channel:
            listener.on_event(DataChannelOpened())
        return CALL

    async def watch(self) -> None:
        while not self._end.is_set():
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    await self._end.wait()
            except TimeoutError:
                self.tick()
        if self._loss is not None:
            raise self._loss

    def send_audio(self, pcm: Pcm, timestamp: int) -> None:
        self.sent.append(Sent(self.clock(), timestamp, pcm))

    def send_command(self, command: Command) -> bool:
        if self.takes_commands:
            self.commands.append(command)
        return self.takes_commands

    def set_reorder_wait(self, seconds: float) -> None:
        self.reorder_wait = seconds

    async def statistics(self) -> NetworkStatistics | None:
        if self.network is None:
            return None
        heard = self.network.packets_received + self._timestamp // TICK_SAMPLES
        sent = self.network.packets_sent + len(self.sent)
        return replace(
            self.network, packets_sent=sent, packets_received=heard, remote_packets_expected=sent
        )

    async def close(self, *, stop_agent: bool = True) -> None:
        self.closed += 1
        self.stopped_agent = stop_agent
        self._end.set()

    # --- what a test does with it ------------------------------------------------------------

    def tell(self, *events: Event) -> None:
        """Let the agent's messages arrive."""
        for event in events:
            self.listener.on_event(event)

    def say(self, pcm: Pcm) -> None:
        """Queue what is heard from now on, a tick at a time."""
        self._speech.extend(ticks_of(pcm))

    def say_goodbye(self) -> None:
        """End the call in good order."""
        self._end.set()

    def lose(self, message: str = "the call was lost: a test") -> None:
        """Lose the connection."""
        self._loss = ConnectionLostError(message)
        self._end.set()

    def tick(self) -> None:
        """Let 20 ms of the agent's audio arrive now."""
        if self.speaks:
            pcm = self._speech.popleft() if self._speech else SILENCE
            self.hear(pcm)

    def hear(self, pcm: Pcm) -> None:
        """Let ``pcm`` arrive now."""
        self._timestamp += len(pcm)
        self.listener.on_audio(HeardFrame(pcm, self._timestamp, self.clock(), HeardKind.RECEIVED))

    @property
    def talking(self) -> bool:
        """Whether there is more to say."""
        return bool(self._speech)


@dataclass
class AnsweringAgent(FakeBackend):
    """Answers each of the caller's utterances once it was silent for ``endpointing``.

    It thinks for ``thinking`` seconds and talks for ``answer`` ones, and says so where
    ``tells_state``.
    """

    endpointing: float = 0.4
    thinking: float = 0.3
    answer: float = 1.0
    tells_state: bool = True
    answers: int = 0
    _silent_ticks: int = 0
    _voiced_ticks: int = 0
    _answer_in: list[int] = field(default_factory=list)
    _state: AgentState | None = None

    def send_audio(self, pcm: Pcm, timestamp: int) -> None:
        super().send_audio(pcm, timestamp)
        if rms(pcm) > 0.01:
            self._voiced_ticks += 1
            self._silent_ticks = 0
        elif self._voiced_ticks:
            self._silent_ticks += 1
            if self._silent_ticks * TICK_SECONDS >= self.endpointing:
                self._voiced_ticks = 0
                self._answer_in.append(round(self.thinking / TICK_SECONDS))
                self._change(AgentState.THINKING)

    def tick(self) -> None:
        was_talking = self.talking
        self._answer_in = [ticks - 1 for ticks in self._answer_in]
        if self._answer_in and self._answer_in[0] <= 0:
            del self._answer_in[0]
            self.answers += 1
            self.say(speech_like(round(self.answer / TICK_SECONDS)))
            self._change(AgentState.SPEAKING)
        super().tick()
        if was_talking and not self.talking:
            self._change(AgentState.THINKING if self._answer_in else AgentState.LISTENING)

    def _change(self, state: AgentState) -> None:
        if self.tells_state and state is not self._state:
            self._state = state
            self.tell(AgentStateChanged(state))


def joined(parts: Sequence[Sent]) -> Pcm:
    """Return the audio of ``parts`` in one piece."""
    return np.concatenate([part.pcm for part in parts])
