"""What ``aicall call`` does, once its options are read."""

import asyncio
import signal
from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO, cast

from rich.console import Console

from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.pump import pump
from aicall_cli.capture.source import Source
from aicall_cli.cli.device_choice import DeviceChoice
from aicall_cli.cli.ending import end_by, end_of
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.input_source import InputOptions, open_source
from aicall_cli.cli.report import show_error, show_warning
from aicall_cli.cli.shown_call import shown
from aicall_cli.cli.signals import run_until_signal
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.client.call import Call
from aicall_cli.client.call_controls import CallControls
from aicall_cli.client.control_lines import answer_lines
from aicall_cli.client.options import CallOptions
from aicall_cli.client.voice_devices import microphone, speaker
from aicall_cli.clock import perf_clock
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.engine.enums import EndReason
from aicall_cli.errors import AicallError, ConnectError, OutputClosedError, SourceError, UsageError
from aicall_cli.playout.file_output import FileOutput
from aicall_cli.playout.null_output import NullOutput
from aicall_cli.playout.output import Output
from aicall_cli.speech import echo_canceller
from aicall_cli.speech.availability import aec_extra_available, require_echo_canceller
from aicall_cli.tui.call_state import Called
from aicall_cli.tui.call_view import CallView
from aicall_cli.tui.call_view_choice import choose_call_view
from aicall_cli.tui.keyboard.key_event import KeyboardInput, KeyEvent, KeyKind, Modifiers
from aicall_cli.tui.keyboard.key_map import create_key_map
from aicall_cli.tui.keyboard.key_reader import KeyReader, Receive, open_key_reader
from aicall_cli.tui.keyboard.talk_key import TalkMode
from aicall_cli.tui.live_call_view import LiveCallView, Terminal
from aicall_cli.tui.notice_board import NoticeBoard
from aicall_cli.tui.output_thread import OutputThread

NULL_OUTPUT = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallJob:
    """One call that a person or a script holds; ``timeout`` in seconds."""

    call: CallOptions
    where: str
    """What kind of agent it is, or on which server."""
    source: InputOptions | None
    """None: the microphone."""
    output: str | None
    """``null`` or a file's path; None: the speaker."""
    input_device: DeviceChoice
    output_device: DeviceChoice
    enable_3a: bool | None
    """None: where it makes sense."""
    push_to_talk: bool
    talk_mode: TalkMode | None
    """None: held where the terminal tells when a key is let go."""
    keys: Mapping[str, Sequence[str]]
    """The keys of actions that do not have their usual ones."""
    pre_roll_ms: int
    control: bool
    as_json: bool
    quiet: bool
    timeout: float | None

    def __post_init__(self) -> None:
        if self.control and self.source is not None and self.source.path == "-":
            raise UsageError(
                "--control and --input - both read standard input",
                hint="give the audio as a file, or leave --control out",
            )


def run_call(
    job: CallJob,
    environment: Environment,
    agent: AgentProcess | None,
    opened: MutableMapping[str, str],
) -> int:
    """Run the job in a loop of its own and return its status; raise what prevents it.

    ``opened`` gets the name of the ``input_device`` and the ``output_device`` that were opened.
    """
    job = replace(job, enable_3a=_choose_3a(job, environment))
    failures: list[AicallError] = []
    try:
        with OutputThread(environment.stdout) as output:
            status = run_until_signal(
                lambda: _run(job, environment, cast(TextIO, output), agent, failures, opened)
            )
    except* BrokenPipeError as group:
        raise OutputClosedError("standard output was closed") from group
    if output.dropped:
        show_warning(f"{output.dropped} pieces of output were dropped", environment)
    if agent is not None and not failures:
        # Else what it says of a failure would be told beside it, a second time.
        for warning in agent.warnings:
            show_warning(warning, environment)
    for failure in failures:
        show_error(failure, environment)
    return status


def _choose_3a(job: CallJob, environment: Environment) -> bool:
    """Return whether the caller's audio is processed; load what that needs, before the loop."""
    wanted = job.enable_3a
    if wanted is None:
        wanted = job.source is None and job.output is None
        if wanted and not aec_extra_available():
            show_warning(
                "no echo cancellation: use a headset, or pip install 'aicall-cli[aec]'", environment
            )
            return False
    if wanted:
        require_echo_canceller()
        echo_canceller.load()
    return wanted


async def _run(
    job: CallJob,
    environment: Environment,
    output: TextIO,
    agent: AgentProcess | None,
    failures: list[AicallError],
    opened: MutableMapping[str, str],
) -> int:
    call = Call(job.call, agent=agent)
    call.session.mixer.pre_roll_ms = job.pre_roll_ms
    controls = call.controls
    view = choose_call_view(
        output,
        environment.variables,
        lambda console: _live_view(job, environment, console, controls),
        as_json=job.as_json,
        quiet=job.quiet,
    )
    async with AsyncExitStack() as stack:
        if agent is not None:
            stack.push_async_callback(agent.stop)
        source = None
        if job.source is not None:
            source = await open_source(job.source)
            stack.push_async_callback(source.close)
        # Before the call: what cannot be opened is told instead of it.
        ends = _Ends(job, call, await stack.enter_async_context(DeviceThread()), environment)
        opened.update(await ends.open(source, stack))
        try:
            await _call(job, call, controls, view)
        except BaseException as error:
            if call.was_connected:
                view.finish(call, end_by(error))
            raise
        failures += [
            failure for failure in (call.error, call.recording_failure) if failure is not None
        ]
        end = end_of(failures)
        if call.was_connected:
            view.finish(call, end)
    return end.status


async def _call(job: CallJob, call: Call, controls: CallControls, view: CallView) -> None:
    try:
        async with shown(call, view):
            await _hold(job, call, controls)
    except* ConnectError:
        ended = call.session.machine.ended
        if ended is None or ended.reason is not EndReason.HUNG_UP:
            raise


async def _hold(job: CallJob, call: Call, controls: CallControls) -> None:
    """Be in the call until it is over."""
    if job.push_to_talk and not call.session.is_over:
        controls.set_push_to_talk(True)
    if job.control:
        call.beside(answer_lines(call, controls))
    try:
        async with asyncio.timeout(job.timeout):
            await call.ended()
    except TimeoutError:
        call.hang_up(EndReason.TIMEOUT, f"the call ran past {job.timeout:g} s")


@dataclass(frozen=True, slots=True)
class _Ends:
    """What the call hears and what it is heard on."""

    job: CallJob
    call: Call
    devices: DeviceThread
    environment: Environment

    async def open(self, source: Source | None, stack: AsyncExitStack) -> dict[str, str]:
        """Open both; return the names of the devices among them."""
        opened = await self._open_output(stack)
        if source is not None:
            self.call.beside(_push(self.job, self.call, source))
            return opened
        wanted = await self._available(self.job.input_device, Direction.INPUT)
        source_device = await stack.enter_async_context(
            microphone(self.call, self.devices, wanted, enable_3a=bool(self.job.enable_3a))
        )
        return opened | {"input_device": source_device.statistics.device or ""}

    async def _open_output(self, stack: AsyncExitStack) -> dict[str, str]:
        path = self.job.output
        if path is None:
            wanted = await self._available(self.job.output_device, Direction.OUTPUT)
            played_on = await stack.enter_async_context(speaker(self.call, self.devices, wanted))
            return {"output_device": played_on.name}
        output: Output = NullOutput() if path == NULL_OUTPUT else FileOutput(Path(path))
        await output.open()
        stack.push_async_callback(output.close)
        self.call.session.play_into(output)
        return {}

    async def _available(self, choice: DeviceChoice, direction: Direction) -> str | None:
        def warn(message: str) -> None:
            show_warning(message, self.environment)

        return await choice.available(self.devices, direction, warn)


async def _push(job: CallJob, call: Call, source: Source) -> None:
    """Push a source beside the call; its end is not the call's."""
    stream = call.add_external_audio_stream(
        ExternalAudioStreamConfig(
            source.format.sample_rate, source.format.channels, enable_3a=bool(job.enable_3a)
        )
    )
    try:
        await pump(source, stream, warn=call.session.warn)
    except SourceError as error:
        call.session.warn(error.message)
    for warning in source.warnings:
        call.session.warn(warning)


def _live_view(
    job: CallJob, environment: Environment, console: Console, controls: CallControls
) -> CallView:
    reads_stdin = job.control or (job.source is not None and job.source.path == "-")
    # Where standard input has another use, keys come from the controlling terminal.
    streams = (1, 2) if reads_stdin else (0, 1, 2)

    def open_keys(receive: Receive) -> KeyReader | None:
        return open_key_reader(
            _with_interrupt(receive),
            streams=streams,
            variables=environment.variables,
            write=console.file.write,
        )

    terminal = Terminal(
        console=console,
        open_keys=open_keys,
        keys=create_key_map(job.keys),
        end_command=_interrupt,
        talk_mode=job.talk_mode,
        board=NoticeBoard(),
        captures_stderr=environment.stderr.isatty(),
    )
    called = Called(job.call.agent_id, job.where)
    return LiveCallView(terminal, called, controls, perf_clock)


def _interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def _with_interrupt(receive: Receive) -> Receive:
    """Make Ctrl-C the signal that it is without a picture, also where it comes as a key."""

    def take(item: KeyboardInput) -> None:
        if isinstance(item, KeyEvent) and item.key == "c" and item.modifiers == Modifiers.CTRL:
            if item.kind is KeyKind.PRESS:
                _interrupt()
            return
        receive(item)

    return take
