"""A call that is shown from its beginning to its end, also where it does not come about."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aicall_cli.client.call import Call
from aicall_cli.tui.call_view import CallView
from aicall_cli.tui.push_view import PushView


@asynccontextmanager
async def shown(call: Call, view: CallView | PushView) -> AsyncIterator[None]:
    """Be in ``call`` while ``view`` shows it; raise an exception group of what fails."""
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(view.run(call))
        await asyncio.sleep(0)  # it listens before anything happens
        try:
            async with call:
                yield
        finally:
            # Its events have ended. Else what fails would cancel it before it has read why.
            await asyncio.wait((showing,))
