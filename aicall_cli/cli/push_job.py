"""What ``aicall push-file`` does, once its options are read."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TextIO, cast

import typer

from aicall_cli.cli.ending import end_by, end_of
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.input_source import InputOptions, open_source
from aicall_cli.cli.report import show_error, show_warning
from aicall_cli.cli.shown_call import shown
from aicall_cli.cli.signals import ended_by_signal, run_until_signal
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.client.push_file import FilePush, PushOptions, PushReport
from aicall_cli.engine.enums import EndReason
from aicall_cli.errors import AgentError, AicallError, NoReplyError, OutputClosedError
from aicall_cli.tui.output_thread import OutputThread
from aicall_cli.tui.push_view import PushedInput, PushView
from aicall_cli.tui.push_view_choice import choose_push_view


@dataclass(frozen=True, slots=True, kw_only=True)
class PushJob:
    """One call that pushes one source; times in seconds."""

    source: InputOptions
    call: CallOptions
    push: PushOptions
    as_json: bool
    quiet: bool
    expect_reply: bool
    timeout: float | None


@dataclass(slots=True)
class _Outcome:
    """What is left to say once everything else was written."""

    warnings: list[str] = field(default_factory=list)
    failures: list[AicallError] = field(default_factory=list)


def run_push(job: PushJob, environment: Environment, agent: AgentProcess | None) -> int:
    """Run the job in a loop of its own and return its status; raise what prevents it.

    Raise typer.Exit with the status of a signal that ended it.
    """
    outcome = _Outcome()
    try:
        with OutputThread(environment.stdout) as output:
            status = run_until_signal(
                lambda: _run(job, environment, cast(TextIO, output), agent, outcome)
            )
            if ended_by_signal(status):
                # As an exception: a terminal that is gone is then not told as a failure.
                raise typer.Exit(status)
    except* BrokenPipeError as group:
        raise OutputClosedError("standard output was closed") from group
    if output.dropped:
        outcome.warnings.append(
            f"{output.dropped} pieces of output were dropped: nobody read them in time"
        )
    if agent is not None and not outcome.failures:
        # Else what it says of a failure would be told beside it, a second time.
        outcome.warnings += agent.warnings
    for warning in outcome.warnings:
        show_warning(warning, environment)
    for failure in outcome.failures:
        show_error(failure, environment)
    return status


async def _run(
    job: PushJob,
    environment: Environment,
    output: TextIO,
    agent: AgentProcess | None,
    outcome: _Outcome,
) -> int:
    async with AsyncExitStack() as stack:
        if agent is not None:
            stack.push_async_callback(agent.stop)
        source = await open_source(job.source)
        stack.push_async_callback(source.close)
        call = Call(job.call, agent=agent)
        view = choose_push_view(
            output,
            environment.variables,
            PushedInput(source.name, source.duration),
            as_json=job.as_json,
            quiet=job.quiet,
        )
        push = FilePush(call, source, job.push, lambda frame: view.progress(source.position))
        try:
            await _push(job, call, push, view)
        except BaseException as error:
            # Also after Ctrl-C and an unreadable input: what the call was is known by now.
            if call.was_connected:
                view.finish(call, push.report, end_by(error))
            raise
        outcome.warnings += source.warnings
        outcome.failures += _failures(job, call, push.report)
        end = end_of(outcome.failures)
        view.finish(call, push.report, end)
    return end.status


async def _push(job: PushJob, call: Call, push: FilePush, view: PushView) -> None:
    async with shown(call, view):
        try:
            async with asyncio.timeout(job.timeout):
                await push.run()
        except TimeoutError:
            call.hang_up(EndReason.TIMEOUT, f"the call ran past {job.timeout:g} s")


def _failures(job: PushJob, call: Call, report: PushReport) -> list[AicallError]:
    """Return what makes the command fail, the gravest first."""
    failures: list[AicallError] = []
    if call.error is not None:
        failures.append(call.error)
    elif not report.finished:
        failures.append(
            AgentError(
                "the agent left the call before all of the input was pushed",
                hint="look at the agent's log, or call again",
            )
        )
    if job.expect_reply and not report.replied:
        failures.append(
            NoReplyError(
                f"{job.call.agent_id} did not speak within {job.push.wait_reply:g} s",
                hint="wait longer with --wait-reply, or listen to the recording",
            )
        )
    if call.recording_failure is not None:
        failures.append(call.recording_failure)
    return failures
