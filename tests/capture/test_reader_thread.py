import asyncio
import threading
from collections.abc import Generator

import pytest

from aicall_cli.capture.reader_thread import CAPACITY, ReaderThread
from aicall_cli.errors import SourceError


def counting(log: list[str], end: int | None = None) -> Generator[int, None, None]:
    """Yield 0, 1, 2, …, and write down what happens."""
    log.append(f"begins in {threading.current_thread().name}")
    try:
        number = 0
        while number != end:
            log.append(f"makes {number}")
            yield number
            number += 1
    finally:
        log.append(f"ends in {threading.current_thread().name}")


async def all_of(thread: ReaderThread[int]) -> list[int]:
    blocks = []
    while (block := await thread.get()) is not None:
        blocks.append(block)
    return blocks


async def test_blocks_arrive_in_order_and_then_the_end() -> None:
    log: list[str] = []
    thread = ReaderThread("reader", lambda: counting(log, 100))
    assert await all_of(thread) == list(range(100))
    assert await thread.get() is None
    await thread.close()
    assert log[0] == "begins in reader"
    assert log[-1] == "ends in reader"


async def test_it_is_never_more_than_its_capacity_ahead() -> None:
    log: list[str] = []
    thread = ReaderThread("reader", lambda: counting(log))
    for taken in range(20):
        assert await thread.get() == taken
        await asyncio.sleep(1)  # virtual: the thread goes quiet before it
        assert log[-1] == f"makes {taken + CAPACITY}"
    await thread.close()


async def test_close_ends_a_thread_that_waits_for_room() -> None:
    log: list[str] = []
    thread = ReaderThread("reader", lambda: counting(log))
    await asyncio.sleep(1)
    await thread.close()
    await thread.close()
    assert log[-1] == "ends in reader"
    assert log[-2] == f"makes {CAPACITY - 1}"


async def test_an_error_comes_after_the_blocks_before_it() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise SourceError("broken")

    thread = ReaderThread("reader", failing)
    assert await thread.get() == 1
    for _ in range(2):
        with pytest.raises(SourceError, match="broken"):
            await thread.get()
    await thread.close()


async def test_a_blocked_generator_is_interrupted() -> None:
    wake = threading.Event()

    def blocked() -> Generator[int, None, None]:
        wake.wait()
        yield from ()

    thread = ReaderThread("reader", blocked, wake.set)
    await asyncio.sleep(1)
    await thread.close()


async def test_a_reader_that_is_cancelled_can_still_close() -> None:
    wake = threading.Event()

    def blocked() -> Generator[int, None, None]:
        wake.wait()
        yield 1

    thread = ReaderThread("reader", blocked, wake.set)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(thread.get(), 5)
    await thread.close()


def test_a_loop_that_was_closed_lets_the_thread_end() -> None:
    log: list[str] = []
    release = threading.Event()

    def late() -> Generator[int, None, None]:
        release.wait()
        yield from counting(log)

    async def abandon() -> None:
        ReaderThread("abandoned", late)

    asyncio.run(abandon())
    release.set()  # that the thread is gone is seen by the leak check
    for thread in threading.enumerate():
        if thread.name == "abandoned":
            thread.join(5)
    assert log[-1] == "ends in abandoned"
