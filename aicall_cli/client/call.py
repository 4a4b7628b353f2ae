"""A call as its user sees it: ``async with Call(options) as call``."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from aiortc import RTCPeerConnection

from aicall_cli.backends.base import Connected
from aicall_cli.backends.builtin import BuiltinBackend, BuiltinOptions
from aicall_cli.backends.builtin_agent_config import builtin_settings
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.microphone import Microphone
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.client.call_controls import CallControls
from aicall_cli.client.call_recording import CallRecording
from aicall_cli.client.event_handlers import EventHandlers
from aicall_cli.client.external_streams import ExternalStreams
from aicall_cli.client.in_thread import made_in_thread
from aicall_cli.client.options import CallOptions
from aicall_cli.client.side_work import SideWork, Work
from aicall_cli.client.started_agent import StartedAgent, joined_at
from aicall_cli.client.summary import CallSummary
from aicall_cli.client.talk import Talk
from aicall_cli.client.token_keeper import TokenKeeper
from aicall_cli.clock import Clock, perf_clock, unix_time
from aicall_cli.engine.commands import Command
from aicall_cli.engine.ending import error_of
from aicall_cli.engine.enums import AgentState, CallState, EndReason
from aicall_cli.engine.events import CallEnded
from aicall_cli.errors import AicallError, CommandRefused, RecordingError, gravest
from aicall_cli.protocol.agent_info import AgentInfo
from aicall_cli.protocol.signaling import Option
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.session.feed import Listener
from aicall_cli.session.session import Session
from aicall_cli.session.statistics import CallStatistics, call_statistics

_Event = TypeVar("_Event")


class Call:
    """One call to an agent.

    Entering connects, and raises what prevents it. Leaving hangs up and gives back the
    connection, the recording and the agent that was started for it, whatever happened in
    between (AICallKit ``destroy``). A call that ends by itself raises nothing: ``ended``
    tells, and ``error`` whether it failed.
    """

    def __init__(
        self,
        options: CallOptions,
        *,
        agent: AgentProcess | None = None,
        clock: Clock = perf_clock,
    ) -> None:
        """Prepare a call; ``agent`` is a built-in agent that is already starting."""
        self._options = options
        self._agent = agent
        self._clock = clock
        self._stack = AsyncExitStack()
        self._recording: CallRecording | None = None
        self._recording_begins = False
        self._records = True
        """Whether a recording takes what is said, or will once it is there."""
        self.session = Session(clock)
        """The running call: its engine, transcript, meters and mixer."""
        self._streams = ExternalStreams(self.session.mixer)
        self._handlers = EventHandlers(self.session.feed, self.session.warn)
        self.talk = Talk(self.session, clock)
        """The talk key of push-to-talk."""
        self.controls = CallControls(self)
        """What can be done in the call, each as one method."""
        self.microphone: Microphone | None = None
        """The microphone that is heard, where there is one (``client.voice_devices``)."""
        self._backend: BuiltinBackend | None = None
        self._tasks = asyncio.TaskGroup()
        self._side_work = SideWork()
        self._started = None if options.starter is None else StartedAgent(options.starter)
        self._connected: Connected | None = None
        self._summary: CallSummary | None = None

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self._open(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, traceback)

    @property
    def call_id(self) -> str:
        """The call's identifier at the agent's server."""
        assert self._connected is not None, "the call is used before it is entered"
        return self._connected.call_id

    @property
    def options(self) -> CallOptions:
        """What the call was made with."""
        return self._options

    @property
    def user_id(self) -> str:
        """Who calls: of an agent that was started for somebody, whom its token is for."""
        info = self.agent_info
        return self._options.user_id if info is None else info.rtc_token.user_id

    @property
    def agent_info(self) -> AgentInfo | None:
        """The agent that was started for the call; None of one that waits for callers."""
        return None if self._started is None else self._started.info

    @property
    def agent_user_id(self) -> str:
        """The agent's own id in the call."""
        assert self._connected is not None, "the call is used before it is entered"
        return self._connected.agent_user_id

    @property
    def call_state(self) -> CallState:
        """Where the call is."""
        return self.session.machine.call_state

    @property
    def is_on_call(self) -> bool:
        """Whether the agent's audio comes: from the call's beginning to its end."""
        return self.call_state is CallState.CONNECTED

    @property
    def agent_state(self) -> AgentState | None:
        """What the agent said that it is doing; None before it said so."""
        return self.session.agent_state

    @property
    def rtc_engine(self) -> RTCPeerConnection | None:
        """aiortc's connection, for what this API does not offer; None before it is made.

        ``RtcEngineCreated`` tells when it is. External streams are the call's own matter.
        """
        return None if self._backend is None else self._backend.rtc_engine

    @property
    def error(self) -> AicallError | None:
        """Why the call failed; None while it goes on and after a good end."""
        ended = self.session.machine.ended
        return None if ended is None else error_of(ended)

    @property
    def recording_directory(self) -> Path | None:
        """The recording's folder; None when nothing is recorded."""
        return self._recording.directory if self._recording else None

    @property
    def recording_failure(self) -> RecordingError | None:
        """Why the recording is incomplete; None while it is not."""
        return self._recording.failure if self._recording else None

    @property
    def summary(self) -> CallSummary:
        """The call's figures, once it was left."""
        assert self._summary is not None, "the summary is made when the call is left"
        return self._summary

    @property
    def was_connected(self) -> bool:
        """Whether the call came about."""
        return self._connected is not None

    @property
    def recording(self) -> bool:
        """Whether the call is being recorded now."""
        return self._recording is not None and self._recording.on

    def set_recording(self, enabled: bool) -> None:
        """Record from now on, or stop.

        Raises CommandRefused where a recording would begin for which there is no folder, or
        outside of the call.
        """
        if enabled and not self._recording_begins:
            folder = self._options.recordings
            if folder is None:
                raise CommandRefused(
                    "there is no folder for recordings", hint="set CallOptions.recordings"
                )
            if self.call_state not in (CallState.CONNECTING, CallState.CONNECTED):
                raise CommandRefused("a recording begins in the call, not before or after it")
            self._recording_begins = True
            self._tasks.create_task(self._begin_recording(folder))
        self._records = enabled
        if self._recording is not None:
            self._recording.on = enabled

    def beside(self, work: Work) -> Callable[[], None]:
        """Run ``work`` while the call runs; its fault is the call's.

        Given before the call is entered it waits for that, and after it was left it does not
        run. Returns what ends it earlier.
        """
        return self._side_work.add(work)

    async def statistics(self) -> CallStatistics:
        """Return the call's figures so far."""
        network = await self._backend.statistics() if self._backend else None
        return call_statistics(self.session, network)

    def add_external_audio_stream(
        self, config: ExternalAudioStreamConfig, *, live: bool = False
    ) -> ExternalAudioStream:
        """Add a stream to push audio into (AICallKit ``addExternalAudioStream``).

        A ``live`` stream drops its oldest audio instead of saying ``BUFFER_FULL``.
        """
        return self._streams.add(config, live)

    def remove_external_audio_stream(self, stream_id: int) -> None:
        """Remove a stream; raise UsageError when there is none of this id."""
        self._streams.remove(stream_id)

    def send(self, command: Command) -> None:
        """Send a command to the agent; raise CommandRefused when it is not possible now."""
        self.session.command(command)

    def events(self) -> Listener:
        """Return an async iterator over the events from now on; it ends with the call."""
        return self.session.feed.listen()

    def on(self, kind: type[_Event], handler: Callable[[_Event], object]) -> Callable[[], None]:
        """Call ``handler`` with each event of ``kind`` from now on; return what ends that.

        ``kind`` is the event's class, ``object`` for all of them. ``handler`` is a plain
        function, which must not block, or a coroutine function; it is called after the event
        happened, with one event at a time, and what it raises is a warning. It may be given
        before the call is entered.
        """
        return self._handlers.add(kind, handler)

    async def ended(self) -> CallEnded:
        """Wait until the call is over, and return why."""
        return await self.session.ended()

    def hang_up(
        self,
        reason: EndReason = EndReason.HUNG_UP,
        message: str = "hung up",
        *,
        stop_agent: bool = True,
    ) -> None:
        """End the call, also before it is connected; nothing happens when it is over.

        Without ``stop_agent`` an agent that was started for the call is neither told to stop
        (1100) nor stopped by whoever started it: it leaves when it has missed its caller for
        ``UserOfflineTimeout``, and is billed until then. The caller may come back to it
        meanwhile, by ``GivenAgent(agent_info)``. Any other agent leaves with its caller.
        """
        if self._started is not None and not self.session.is_over:
            self._started.to_stop = stop_agent
        self.session.hang_up(reason, message, stop_agent=stop_agent)

    async def _open(self, stack: AsyncExitStack) -> None:
        session, options = self.session, self._options
        stack.callback(session.feed.close)
        agent = await self._spawn_agent(stack) if options.is_built_in else None
        stack.push_async_callback(self._finish_recording)
        if options.recordings is not None and options.record_from_start:
            self._recording_begins = True
            await self._create_recording(options.recordings)
        await self._tasks.__aenter__()
        # Not entered as a context: it would wrap whatever the user's own code raises.
        stack.push_async_callback(_end_tasks, self._tasks)
        stack.callback(self._side_work.end)
        stack.push_async_callback(self._handlers.finish)
        stack.callback(session.feed.close)
        self._handlers.start(self._tasks)
        if self._recording is not None:
            self._attach_recording(self._recording)
        if self._started is not None:
            stack.push_async_callback(self._started.end)
        stack.push_async_callback(self._close)
        async with session.setting_up():
            self._backend = await self._make_backend(agent)
            self._connected = await session.connect(self._backend)
        stack.callback(self._tasks.create_task(session.watch()).cancel)
        await session.begun()
        self._side_work.start(self._tasks)
        if self.error is not None:
            raise self.error

    async def _spawn_agent(self, stack: AsyncExitStack) -> AgentProcess:
        agent = self._agent
        if agent is None:
            agent = await made_in_thread(AgentProcess.spawn, AgentProcess.stop)
        stack.push_async_callback(agent.stop)
        return agent

    async def _make_backend(self, agent: AgentProcess | None) -> BuiltinBackend:
        options = self._options
        server, token, user_id = options.server, options.token, options.user_id
        agent_id = options.agent_id
        if agent is not None:
            server, token = await agent.ready(), agent.token
        if self._started is not None:
            started = await self._started.start()
            said = started.rtc_token
            server, token, user_id = joined_at(started), started.token, said.user_id
            agent_id = ""  # the token says which, also where nobody but its server knows the id
            self.beside(TokenKeeper(self.session, said, unix_time).run())
        assert server is not None
        return BuiltinBackend(
            BuiltinOptions(
                server=server,
                agent_id=agent_id,
                user_id=user_id,
                token=token,
                agent_options=self._agent_options(),
                ice_servers=options.ice_servers,
                connect_timeout=options.connect_timeout,
                media_timeout=options.media_timeout,
            ),
            self._clock,
        )

    def _agent_options(self) -> Mapping[str, Option]:
        """Return what the agent is told; warn of what it does not know of its configuration."""
        options = self._options
        if options.starter is not None:
            return options.agent_options  # who started it has told it its configuration
        settings = builtin_settings(options.agent_config, options.agent_id)
        if settings.unused:
            names = ", ".join(settings.unused)
            self.session.warn(f"the built-in agent does not use {names} yet")
        return {**settings.options, **options.agent_options}

    async def _close(self) -> None:
        self.session.hang_up()
        network = None
        try:
            if self._backend is not None:
                network = await self._backend.statistics()
        finally:
            self._summary = self._summarise(network)
            await self.session.close()

    def _summarise(self, network: NetworkStatistics | None) -> CallSummary:
        return CallSummary(
            agent_id=self._options.agent_id,
            call_id=self._connected.call_id if self._connected else None,
            ended=self.session.machine.ended,
            statistics=call_statistics(self.session, network),
            pushes=self._streams.pushes,
            recording=self.recording_directory,
        )

    async def _create_recording(self, folder: Path) -> CallRecording:
        self._recording = recording = await CallRecording.create(folder, self._options.agent_id)
        recording.on = self._records
        return recording

    def _attach_recording(self, recording: CallRecording) -> None:
        self._tasks.create_task(recording.log_events(recording.attach(self.session)))

    async def _begin_recording(self, folder: Path) -> None:
        """Begin a recording in the middle of the call; a failure is a warning."""
        try:
            self._attach_recording(await self._create_recording(folder))
        except RecordingError as error:
            self._recording_begins = False
            self.session.warn(error.message)

    async def _finish_recording(self) -> None:
        recording = self._recording
        if recording is None:
            return
        if self._connected is None:
            await recording.discard()
        else:
            await recording.finish(self.session, self.summary.as_json())


async def _end_tasks(tasks: asyncio.TaskGroup) -> None:
    """Wait for the call's own tasks; raise a fault of theirs as itself."""
    try:
        await tasks.__aexit__(None, None, None)
    except ExceptionGroup as group:
        raise gravest(group) from group
