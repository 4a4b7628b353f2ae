"""One call: the backend, the mixer, the engine and the taps, and who may touch what.

Everything here runs on the loop's thread. Audio goes out in ``_send`` at each tick and comes
in through ``on_audio``; a call with an output also plays a tick at each tick. Messages come
in through ``on_event``. The engine decides what they
mean, the session carries it out; no one else talks to the backend.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SECONDS, Pcm
from aicall_cli.backends.base import Backend, Connected
from aicall_cli.capture.mixer import Mixer
from aicall_cli.clock import Clock
from aicall_cli.engine.audio_delay import AudioDelayMeter
from aicall_cli.engine.commands import Command, InterruptSpeaking, StopAgent
from aicall_cli.engine.connection import JOINED
from aicall_cli.engine.enums import AgentState, CallState, EndReason
from aicall_cli.engine.error_code import begin_error
from aicall_cli.engine.events import (
    AgentAudioStarted,
    AgentJoined,
    AgentStateChanged,
    CallEnded,
    CallEvent,
    CommandSent,
    Event,
    MessageIgnored,
    SpeakingInterrupted,
    WarningRaised,
    snake_case,
)
from aicall_cli.engine.machine import CallMachine
from aicall_cli.engine.transcript import Transcript
from aicall_cli.errors import AicallError, CommandRefused, ConnectError, ConnectionLostError
from aicall_cli.playout.output import Output
from aicall_cli.recording.agent_timeline import AgentTimeline
from aicall_cli.rtc.receive_path import HeardFrame
from aicall_cli.rtc.ticker import Subscription, Tick, Ticker
from aicall_cli.session.feed import Feed
from aicall_cli.session.guard import Guard
from aicall_cli.session.network_watch import watch_network
from aicall_cli.session.playout_path import PlayoutPath
from aicall_cli.session.uplink import Uplink
from aicall_cli.session.voices import Voices

logger = logging.getLogger(__name__)

_HUNG_UP_EARLY = "the call was hung up before it was connected"


class AudioTap(Protocol):
    """Takes both sides' audio on one time axis, in samples since the call's first tick."""

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        """Take what was sent."""
        ...

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        """Take what was heard."""
        ...


class Session:
    """A call from its set-up to its end; ``watch`` runs beside whatever uses it."""

    def __init__(self, clock: Clock) -> None:
        self._backend: Backend | None = None
        self._clock = clock
        self._created = clock()
        self._began: float | None = None
        self._ended_at: float | None = None
        self._timeline: AgentTimeline | None = None
        self._taps: list[AudioTap] = []
        self._subscription: Subscription | None = None
        self._begun = asyncio.Event()
        self._ended = asyncio.Event()
        self._change = asyncio.Event()
        self._guard = Guard()
        self._setting_up: asyncio.Timeout | None = None
        """A deadline that a hang-up brings about, while the call is set up."""
        self._hung_up_early: tuple[EndReason, str] | None = None
        """How the call was hung up before it began."""
        self._stops_agent = True
        self.mixer = Mixer()
        self.feed = Feed()
        self.machine = CallMachine()
        self.transcript = Transcript()
        self.uplink = Uplink(self.mixer, self._send)
        self._voices = Voices(self._apply, self._wake)
        self.turns = self._voices.turns
        self.caller = self._voices.caller
        self.agent = self._voices.agent
        self._delays = AudioDelayMeter()
        self.playout: PlayoutPath | None = None
        """The way to the speaker; None in a call that plays nothing."""
        self.agent_state_since = 0.0
        """When the agent came into the state that it is in, on the call's axis."""
        self.first_packet_after: float | None = None
        """Seconds from the session's creation to the first packet sent."""

    @property
    def now(self) -> float:
        """Seconds since the call's first tick; 0 before it."""
        return self._clock() - self._began if self._began is not None else 0.0

    @property
    def duration(self) -> float:
        """Seconds from the first tick to the end of the call, or to now; 0 before it."""
        if self._began is None:
            return 0.0
        return self._ended_at if self._ended_at is not None else self.now

    @property
    def agent_state(self) -> AgentState | None:
        """What the agent said that it is doing; None before it said so."""
        return self.machine.agent_state

    @property
    def subscription(self) -> Subscription | None:
        """The call's place on the ticker, for its schedule and lateness."""
        return self._subscription

    def add_tap(self, tap: AudioTap) -> None:
        """Give ``tap`` all audio from now on."""
        self._taps.append(tap)

    def play_into(self, output: Output) -> PlayoutPath:
        """Play the agent into ``output``, which is open, from now on.

        It stays the caller's: closed by whoever opened it, once another one is played into or
        the session is closed.
        """
        if self.playout is None:
            self.playout = PlayoutPath(output, self.mixer.render, self._set_reorder_wait)
        else:
            self.playout.play_into(output)
        return self.playout

    @asynccontextmanager
    async def setting_up(self) -> AsyncIterator[None]:
        """Begin the call; what it still needs is made inside, and then it is connected.

        Raise ConnectError when it is hung up meanwhile, or was before: then nothing is made.
        What fails is the call's end.
        """
        self._publish(self.machine.begin())
        try:
            async with asyncio.timeout(None) as self._setting_up:
                if self._hung_up_early is not None:
                    self.hang_up(*self._hung_up_early)
                    raise ConnectError(_HUNG_UP_EARLY)
                yield
        except TimeoutError as error:
            if not self.is_over:
                raise
            raise ConnectError(_HUNG_UP_EARLY) from error
        except AicallError as error:
            ended = CallEnded(EndReason.CONNECT_FAILED, error.message, begin_error(error))
            self._apply(ended)
            raise
        finally:
            self._setting_up = None

    async def connect(self, backend: Backend) -> Connected:
        """Connect over ``backend`` and begin to send; raise what the backend raises."""
        self._backend = backend
        connected = await backend.connect(self)
        self.machine.agent_refuses = frozenset(connected.refuses)
        self._apply(JOINED)
        self._apply(AgentJoined(connected.agent_user_id))
        self._began = self._clock()
        self._timeline = AgentTimeline(self._began)
        if not self.is_over:  # the agent may have failed already
            self._subscription = Ticker.of_loop(self._clock).add(
                lambda tick: self._guard.run(self._tick, tick)
            )
        return connected

    async def begun(self) -> None:
        """Wait until the agent's first audio came, or the call has ended before it."""
        await self._begun.wait()

    async def watch(self) -> None:
        """Run until the connection ends, however it does; raise only a fault of our own."""
        async with asyncio.TaskGroup() as tasks:
            helpers = [
                tasks.create_task(self._guard.failed()),
                tasks.create_task(watch_network(self._connection, self._clock, self._apply)),
            ]
            try:
                await self._connection.watch()
            except ConnectionLostError as error:
                self._apply(CallEnded(EndReason.CONNECTION_LOST, error.message))
            else:
                self._apply(CallEnded(EndReason.AGENT_LEFT, "the agent left the call"))
            for helper in helpers:
                helper.cancel()

    async def ended(self) -> CallEnded:
        """Wait for the end of the call and return it."""
        await self._ended.wait()
        assert self.machine.ended is not None
        return self.machine.ended

    async def changed(self) -> None:
        """Wait for the next event, or beginning or end of either side's voice."""
        await self._change.wait()

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self._ended.is_set()

    def command(self, command: Command) -> None:
        """Check and send a command; raise CommandRefused when it is not possible now."""
        self.machine.check(command)
        if not self._connection.send_command(command):
            raise CommandRefused(
                f"{_name(command)} was not sent: the message channel is not open or is full"
            )
        self.machine.command(command)
        if isinstance(command, InterruptSpeaking) and self.playout is not None:
            self.playout.interrupt(self._clock())
        self._follow_gate()
        self._publish([CommandSent(_name(command))])

    def hang_up(
        self,
        reason: EndReason = EndReason.HUNG_UP,
        message: str = "hung up",
        *,
        stop_agent: bool = True,
    ) -> None:
        """End the call from this side, at its beginning if it has not begun.

        Without ``stop_agent`` the agent is neither told to stop nor that we leave. Nothing
        happens when it is over.
        """
        if self.machine.call_state is CallState.NONE:
            self._hung_up_early = reason, message
        elif not self.is_over:
            if self._backend is not None and stop_agent:
                self._backend.send_command(StopAgent())
            self._stops_agent = stop_agent
            self._apply(CallEnded(reason, message))
            if self._setting_up is not None:
                self._setting_up.reschedule(asyncio.get_running_loop().time())

    def publish(self, event: CallEvent) -> None:
        """Publish an event of our own side; nothing happens outside of the call."""
        if self.machine.call_state is not CallState.NONE:
            self._apply(event)

    def warn(self, message: str) -> None:
        """Publish a warning: something went wrong that does not end the call."""
        self.publish(WarningRaised(message))

    async def close(self) -> None:
        """Hang up, leave and give everything back."""
        self.hang_up()
        if self._backend is not None:
            await self._backend.close(stop_agent=self._stops_agent)

    def on_event(self, event: Event) -> None:
        """Take a message of the agent."""
        self._guard.run(self._apply, event)

    def on_audio(self, frame: HeardFrame) -> None:
        """Take a frame of the agent's audio."""
        self._guard.run(self._hear, frame)

    @property
    def _connection(self) -> Backend:
        assert self._backend is not None, "the session is used before it is connected"
        return self._backend

    def _tick(self, tick: Tick) -> None:
        playout = self.playout
        if playout is None:
            self.uplink.on_tick(tick)
            return
        if tick.skip:
            playout.skip(tick.skip)
            self.uplink.on_tick(Tick(tick.now, 0, tick.skip))
        # Each tick in its turn: an echo canceller hears what is played before what comes back.
        for late in reversed(range(tick.send)):
            playout.play(tick.now - late * TICK_SECONDS, self.mixer.side_tone)
            self.uplink.on_tick(Tick(tick.now, 1, 0))

    def _set_reorder_wait(self, seconds: float) -> None:
        self._connection.set_reorder_wait(seconds)

    def _send(self, pcm: Pcm, position: int) -> None:
        self._connection.send_audio(pcm, position)
        if self.first_packet_after is None:
            self.first_packet_after = self._clock() - self._created
        self._voices.hear_caller(pcm, position / SAMPLE_RATE)
        for tap in self._taps:
            tap.caller(pcm, position)

    def _hear(self, frame: HeardFrame) -> None:
        if self._timeline is None or self.is_over:
            return
        if not self._begun.is_set():
            self._apply(AgentAudioStarted())
            self.mixer.begin()
            self._begun.set()
        position = self._timeline.place(
            samples=len(frame.pcm),
            timestamp=frame.timestamp,
            arrival=frame.arrival,
            silent=not self.agent.active,
        )
        self._voices.hear_agent(frame.pcm, position / SAMPLE_RATE)
        if self.playout is not None:
            self.playout.hear(frame)
        for tap in self._taps:
            tap.agent(frame.pcm, position)

    def _apply(self, event: Event) -> None:
        """Let the engine decide what ``event`` means and do it; its end is the call's end."""
        if isinstance(event, MessageIgnored):
            logger.info("a message of the agent is ignored: %s", event.reason)
        if isinstance(event, AgentStateChanged) and event.state is not self.agent_state:
            self.agent_state_since = self.now
        if isinstance(event, SpeakingInterrupted) and self.playout is not None:
            self.playout.interrupted(self._clock())
        self._publish(self.machine.receive(event))
        self._follow_gate()
        if self.machine.ended is not None and not self.is_over:
            self._finish()

    def _follow_gate(self) -> None:
        self.mixer.gate_open = self.machine.gate_open

    def _publish(self, events: list[Event]) -> None:
        for event in events:
            self.transcript.apply(event, self.now, self.caller.latest)
            self.feed.publish(self.now, event)
            self._measure_delay(event)
        self._wake()

    def _measure_delay(self, event: Event) -> None:
        playout = self.playout.delay if self.playout is not None else 0.0
        measured = self._delays.apply(event, self.now, playout)
        if measured is not None:
            self.feed.publish(self.now, measured)

    def _wake(self) -> None:
        """Release whoever waits for a change; who waits from now on waits for the next."""
        self._change.set()
        self._change = asyncio.Event()

    def _finish(self) -> None:
        self._ended_at = self.now
        self._ended.set()
        self._begun.set()  # whoever waits for the beginning waits no longer
        if self._subscription is not None:
            self._subscription.cancel()
        if self.playout is not None:
            self.playout.stop()
        self.mixer.close()
        self.feed.close()  # nothing follows: whoever reads the events comes to their end


def _name(command: Command) -> str:
    return snake_case(type(command).__name__)
