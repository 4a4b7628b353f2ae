"""The virtual-time loop itself."""

import asyncio
import socket
import threading
import time

import pytest

from tests.support.virtual_time import START, DeadlockError, VirtualTimeLoop


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_a_day_of_sleep_takes_no_real_time() -> None:
    begun = time.perf_counter()
    await asyncio.sleep(86_400)
    assert now() == START + 86_400
    assert time.perf_counter() - begun < 30


async def test_a_timer_never_finds_the_clock_before_its_due_time() -> None:
    loop = asyncio.get_running_loop()
    late: list[float] = []

    def fire(due: float) -> None:
        late.append(loop.time() - due)

    for n in range(1_000):
        due = START + n * 0.020 + 1 / 3
        loop.call_at(due, fire, due)
    await asyncio.sleep(60)
    assert late == [0.0] * 1_000


async def test_timeouts_are_virtual() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3_600):
            await asyncio.Event().wait()
    assert now() == START + 3_600


async def test_a_blocking_worker_holds_the_clock() -> None:
    def work() -> int:
        return sum(range(2_000_000))

    async with asyncio.timeout(0.001):
        assert await asyncio.to_thread(work) > 0
    assert now() == START


async def test_a_worker_that_waits_for_the_system_holds_the_clock_for_a_while() -> None:
    left, right = socket.socketpair()
    with left, right:
        reading = asyncio.create_task(asyncio.to_thread(left.recv, 1))
        await asyncio.sleep(0)
        right.send(b"x")
        async with asyncio.timeout(0.001):
            assert await reading == b"x"


async def test_an_idle_worker_does_not_hold_the_clock() -> None:
    await asyncio.to_thread(int)
    begun = time.perf_counter()
    for _ in range(100):
        await asyncio.sleep(1)
    assert now() == START + 100
    assert time.perf_counter() - begun < 30


async def test_a_thread_wakes_the_loop() -> None:
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()
    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(woken.set,))
    thread.start()
    await woken.wait()
    thread.join()


async def test_real_sockets_work() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(3))
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"abc")
        assert await reader.readexactly(3) == b"abc"
        writer.close()
        await writer.wait_closed()


def test_a_deadlock_fails_at_once_and_says_where() -> None:
    async def wait_for_ever() -> None:
        await asyncio.Event().wait()

    with (
        pytest.raises(DeadlockError, match="wait_for_ever"),
        asyncio.Runner(loop_factory=VirtualTimeLoop) as runner,
    ):
        runner.run(wait_for_ever())


@pytest.mark.real_time
async def test_a_marked_test_has_real_time() -> None:
    begun = time.perf_counter()
    await asyncio.sleep(0.01)
    assert time.perf_counter() - begun >= 0.009
    assert not isinstance(asyncio.get_running_loop(), VirtualTimeLoop)
