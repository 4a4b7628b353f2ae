"""What ``aicall push-file`` does, once its options are read."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.input_source import InputOptions, open_source
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.client.push_file import PushOptions, PushReport, push_file
from aicall_cli.engine.enums import EndReason
from aicall_cli.errors import AicallError, NoReplyError, OutputClosedError
from aicall_cli.exit_status import ExitStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PushJob:
    """One call that pushes one source; times in seconds."""

    source: InputOptions
    call: CallOptions
    push: PushOptions
    expect_reply: bool
    timeout: float | None


async def run_push(job: PushJob, environment: Environment, agent: AgentProcess | None) -> int:
    """Run the job; return its status. Raise AicallError where no call came about."""
    async with AsyncExitStack() as stack:
        if agent is not None:
            stack.push_async_callback(agent.stop)
        source = await open_source(job.source)
        stack.push_async_callback(source.close)
        call = Call(job.call, agent=agent)
        try:
            report = await _push(job, call, source)
        except BrokenPipeError as error:
            raise OutputClosedError("standard output was closed") from error
        return 0


async def _push(job, call, source):
    async with call, asyncio.TaskGroup() as tasks:

        async def show():
            async for stamped in call.events():
                print(round(stamped.at, 3), stamped.event)

        tasks.create_task(show())
        await asyncio.sleep(0)
        r = await push_file(call, source, job.push)
        call.hang_up()
        call.session.feed.close()
    import json

    print(json.dumps(call.summary.as_json(), indent=1))
    return r
