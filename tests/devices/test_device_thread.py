import asyncio
import logging
import threading

import pytest

from aicall_cli.devices.audio_library import AudioLibrary
from aicall_cli.devices.device_thread import (
    ANSWER_SECONDS,
    CLOSE_SECONDS,
    MAX_WAITING,
    DeviceThread,
    tell_loop,
)
from aicall_cli.errors import DeviceError
from tests.support.fake_audio import FakeAudio


def thread_name(_: AudioLibrary) -> str:
    return threading.current_thread().name


class Restartable:
    def __init__(self, log: list[str]) -> None:
        self._log = log

    def suspend(self) -> None:
        self._log.append("suspended")

    def resume(self, library: AudioLibrary) -> None:
        self._log.append(f"resumed with {len(library.devices())} devices")


async def test_everything_runs_on_one_thread_that_ends_with_its_owner() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        assert await thread.run(thread_name) == "aicall-devices"
        names = await asyncio.gather(*(thread.run(thread_name) for _ in range(10)))
        assert set(names) == {"aicall-devices"}
    assert fake.closed
    await thread.close()


async def test_without_a_call_there_is_no_thread_and_no_library() -> None:
    def library() -> AudioLibrary:
        raise AssertionError("made for nothing")

    async with DeviceThread(library):
        assert "aicall-devices" not in [thread.name for thread in threading.enumerate()]


async def test_errors_come_out_of_run() -> None:
    def broken(_: AudioLibrary) -> None:
        raise ZeroDivisionError

    async with DeviceThread(FakeAudio) as thread:
        with pytest.raises(ZeroDivisionError):
            await thread.run(broken)
        assert await thread.run(lambda _: 7) == 7


async def test_a_library_that_is_missing_is_looked_for_with_each_call() -> None:
    tries = []

    def library() -> AudioLibrary:
        tries.append(1)
        if len(tries) < 3:
            raise DeviceError("the PortAudio library is not installed")
        return FakeAudio()

    async with DeviceThread(library) as thread:
        for _ in range(2):
            with pytest.raises(DeviceError, match="not installed"):
                await thread.run(thread_name)
        await thread.run(thread_name)
        await thread.run(thread_name)
    assert len(tries) == 3


async def test_a_thread_whose_library_never_came_ends_too() -> None:
    def library() -> AudioLibrary:
        raise DeviceError("the PortAudio library is not installed")

    async with DeviceThread(library) as thread:
        with pytest.raises(DeviceError):
            await thread.run(thread_name)


async def test_a_library_that_does_not_end_well(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(FakeAudio):
        def close(self) -> None:
            raise DeviceError("the system's audio cannot be used: no server")

    with caplog.at_level(logging.WARNING):
        async with DeviceThread(Failing) as thread:
            await thread.run(thread_name)
    assert "no server" in caplog.text


async def test_a_call_that_hangs_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    release = threading.Event()
    loop = asyncio.get_running_loop()
    thread = DeviceThread(FakeAudio)
    began = loop.time()
    with pytest.raises(DeviceError, match="not answered for 10 s"):
        await thread.run(lambda _: release.wait())
    assert loop.time() - began == ANSWER_SECONDS
    with pytest.raises(DeviceError, match="not answered for 2 s"):
        await thread.run(thread_name, 2)
    began = loop.time()
    with caplog.at_level(logging.WARNING):
        await thread.close()
    assert loop.time() - began == CLOSE_SECONDS
    assert "hangs" in caplog.text
    release.set()


async def test_an_error_that_comes_too_late_is_nobodys() -> None:
    release = threading.Event()

    def late(_: AudioLibrary) -> None:
        release.wait()
        raise ZeroDivisionError

    async with DeviceThread(FakeAudio) as thread:
        with pytest.raises(DeviceError, match="not answered"):
            await thread.run(late)
        release.set()
        await thread.run(thread_name)


async def test_calls_that_wait_are_bounded() -> None:
    release = threading.Event()
    thread = DeviceThread(FakeAudio)
    async with asyncio.TaskGroup() as tasks:
        hanging = tasks.create_task(thread.run(lambda _: release.wait()))
        await asyncio.sleep(0.1)
        waiting = [tasks.create_task(thread.run(thread_name)) for _ in range(MAX_WAITING)]
        await asyncio.sleep(0.1)
        with pytest.raises(DeviceError, match=f"{MAX_WAITING} calls wait"):
            await thread.run(thread_name)
        release.set()
        await asyncio.gather(hanging, *waiting)
    await thread.close()


async def test_what_nobody_waits_for_any_more_is_done_all_the_same() -> None:
    release = threading.Event()
    done = threading.Event()

    def work(_: AudioLibrary) -> None:
        release.wait()
        done.set()

    async with DeviceThread(FakeAudio) as thread:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(thread.run(work), 1)
        release.set()
        await thread.run(thread_name)
        assert done.is_set()


async def test_a_rescan_with_nothing_open_looks_at_once() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        await thread.rescan()
        await thread.rescan()
        assert fake.rescans == 2


async def test_a_rescan_interrupts_open_streams_only_for_a_change() -> None:
    fake = FakeAudio()
    log: list[str] = []
    async with DeviceThread(lambda: fake) as thread:
        await thread.run(lambda _: thread.open_streams.append(Restartable(log)))
        await thread.rescan()
        assert log == []
        assert fake.rescans == 0
        fake.present.pop()
        await thread.rescan()
        assert log == ["suspended", "resumed with 2 devices"]
        assert fake.rescans == 1


def test_a_loop_that_was_closed_is_told_nothing() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    tell_loop(loop, lambda: None)
