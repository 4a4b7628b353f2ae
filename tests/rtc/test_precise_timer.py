import asyncio
import sys

import pytest

from aicall_cli.clock import perf_clock
from aicall_cli.rtc.precise_timer import LoopTimer, create_timer


async def test_a_loop_timer_fires_at_its_time() -> None:
    loop = asyncio.get_running_loop()
    fired: list[float] = []
    timer = LoopTimer(lambda: fired.append(loop.time()), loop.time)
    start = loop.time()
    timer.arm(start + 0.020)
    await asyncio.sleep(1)
    assert fired == [start + 0.020]


async def test_arming_again_replaces_the_time() -> None:
    loop = asyncio.get_running_loop()
    fired: list[float] = []
    timer = LoopTimer(lambda: fired.append(loop.time()), loop.time)
    start = loop.time()
    timer.arm(start + 0.5)
    timer.arm(start + 0.2)
    await asyncio.sleep(1)
    assert fired == [start + 0.2]


async def test_a_closed_timer_never_fires() -> None:
    loop = asyncio.get_running_loop()
    timer = LoopTimer(lambda: pytest.fail("fired"), loop.time)
    timer.arm(loop.time() + 0.1)
    timer.close()
    await asyncio.sleep(1)


async def test_a_finishing_timer_wakes_early_and_waits_for_the_rest() -> None:
    loop = asyncio.get_running_loop()
    waited: list[float] = []
    fired: list[float] = []
    start = loop.time()
    timer = LoopTimer(lambda: fired.append(loop.time() - start), loop.time, waited.append)
    timer.arm(start + 0.020)
    await asyncio.sleep(1)
    assert waited == [pytest.approx(0.0015)]
    assert fired == [pytest.approx(0.0185)]


async def test_a_time_that_has_passed_fires_at_once() -> None:
    loop = asyncio.get_running_loop()
    fired = asyncio.Event()
    LoopTimer(fired.set, loop.time).arm(loop.time() - 5)
    async with asyncio.timeout(0.001):
        await fired.wait()


async def test_a_virtual_clock_gets_a_loop_timer() -> None:
    timer = create_timer(lambda: None, asyncio.get_running_loop().time)
    assert isinstance(timer, LoopTimer)


if sys.platform == "linux":
    from aicall_cli.rtc.precise_timer import TimerfdTimer

    @pytest.mark.real_time
    async def test_timerfd_fires_and_is_closed() -> None:
        fired = asyncio.Event()
        timer = create_timer(fired.set, perf_clock)
        assert isinstance(timer, TimerfdTimer)
        due = perf_clock() + 0.01
        timer.arm(due)
        async with asyncio.timeout(5):
            await fired.wait()
        assert perf_clock() >= due
        timer.close()
        timer.close()

    @pytest.mark.real_time
    async def test_timerfd_fires_at_once_for_a_time_that_has_passed() -> None:
        fired = asyncio.Event()
        timer = TimerfdTimer(fired.set)
        timer.arm(-1.0)
        async with asyncio.timeout(5):
            await fired.wait()
        timer.close()

    async def test_without_timerfd_the_loop_timer_finishes_by_blocking(
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(self: TimerfdTimer, callback: object) -> None:
            raise OSError(38, "not implemented")

        monkeypatch.setattr(TimerfdTimer, "__init__", refuse)
        assert isinstance(create_timer(lambda: None, perf_clock), LoopTimer)
