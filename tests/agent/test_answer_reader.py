import asyncio
from collections.abc import AsyncGenerator

import pytest

from aicall_cli.agent.answer_reader import AnswerReader
from aicall_cli.agent.responder import ResponderError


async def slow(*pieces: str) -> AsyncGenerator[str, None]:
    for piece in pieces:
        await asyncio.sleep(1)
        if piece == "fail":
            raise ResponderError("no answer could be made")
        yield piece


async def test_what_does_not_come_in_time_comes_later() -> None:
    async with asyncio.TaskGroup() as tasks:
        reader = AnswerReader(slow("a", "b"))
        tasks.create_task(reader.run())
        for patience in (0.0, 0.4, 0.4):
            with pytest.raises(TimeoutError):
                await reader.read(patience)
        assert await reader.read(0.4) == "a"
        assert await reader.read(None) == "b"
        assert await reader.read(0.1) is None


async def test_a_failure_comes_where_it_happened() -> None:
    async with asyncio.TaskGroup() as tasks:
        reader = AnswerReader(slow("a", "fail"))
        tasks.create_task(reader.run())
        assert await reader.read(None) == "a"
        with pytest.raises(ResponderError):
            await reader.read(None)


async def test_whoever_stops_it_stops_the_making() -> None:
    closed = False

    async def endless() -> AsyncGenerator[str, None]:
        nonlocal closed
        try:
            while True:
                await asyncio.sleep(1)
                yield "on and "
        finally:
            closed = True

    async with asyncio.TaskGroup() as tasks:
        reader = AnswerReader(endless())
        making = tasks.create_task(reader.run())
        assert await reader.read(None) == "on and "
        making.cancel()
    assert closed
