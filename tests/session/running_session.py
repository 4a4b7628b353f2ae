"""A session in virtual time that runs beside a test, as a call's task group runs it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aicall_cli.engine.events import Event
from aicall_cli.session.feed import Listener
from aicall_cli.session.session import Session
from tests.support.fake_backend import FakeBackend, virtual_clock


@asynccontextmanager
async def running(backend: FakeBackend) -> AsyncIterator[Session]:
    """Connect a session and watch it until the block ends; the agent is heard when it begins."""
    session = Session(virtual_clock)
    try:
        async with session.setting_up():
            await session.connect(backend)
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(session.watch())
            await session.begun()
            yield session
            watch.cancel()
    finally:
        await session.close()
        session.feed.close()


async def events_of(listener: Listener) -> list[Event]:
    """Return what a closed feed still holds for ``listener``."""
    return [stamped.event async for stamped in listener]
