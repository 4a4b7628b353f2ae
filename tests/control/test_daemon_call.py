import asyncio
from threading import Event, current_thread

import pytest

from aicall_cli.control.daemon_call import daemon_call


@pytest.mark.real_time
async def test_it_returns_what_the_thread_returns() -> None:
    assert await daemon_call(lambda: current_thread().name, "mine") == "mine"
    assert await daemon_call(lambda: current_thread().daemon, "mine")


@pytest.mark.real_time
async def test_it_raises_what_the_thread_raises() -> None:
    def fail() -> None:
        raise KeyError("it")

    with pytest.raises(KeyError, match="it"):
        await daemon_call(fail, "mine")


@pytest.mark.real_time
async def test_who_is_cancelled_does_not_wait_for_the_thread() -> None:
    begun, go = asyncio.Event(), Event()
    loop = asyncio.get_running_loop()

    def work() -> str:
        loop.call_soon_threadsafe(begun.set)
        go.wait(10)
        return "late"

    task = asyncio.create_task(daemon_call(work, "mine"))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()
    await daemon_call(lambda: None, "after")  # by then the late result has been dropped


def test_a_loop_that_is_gone_is_no_error() -> None:
    go = Event()

    async def main() -> None:
        async with asyncio.timeout(0.01):
            await daemon_call(lambda: go.wait(10), "mine")

    with pytest.raises(TimeoutError):
        asyncio.run(main())
    go.set()
