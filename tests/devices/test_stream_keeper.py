import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_stream import FIRST_BLOCK_SECONDS
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.output_stream import OutputStream
from aicall_cli.devices.stream_keeper import (
    RETRY_SECONDS,
    DeviceBack,
    DeviceLost,
    StreamKeeper,
)
from aicall_cli.errors import DeviceError
from tests.support.fake_audio import BUILT_IN, HEADSET, MONITOR, FakeAudio

STEP = 0.25


class Kept:
    """A speaker that is kept running, and what was told of it."""

    def __init__(self, fake: FakeAudio, wanted: str | None = None) -> None:
        self.fake = fake
        self.thread = DeviceThread(lambda: fake)
        self.told: list[DeviceLost | DeviceBack] = []
        self.keeper = StreamKeeper(
            self.thread,
            Direction.OUTPUT,
            lambda device: OutputStream(self.thread, device),
            wanted,
            on_lost=self.told.append,
            on_back=self.told.append,
        )

    @property
    def names(self) -> list[tuple[str, str]]:
        return [(type(event).__name__, event.device.name) for event in self.told]

    @property
    def device(self) -> str | None:
        stream = self.keeper.stream
        return stream.device.name if stream else None

    async def run_for(self, seconds: float) -> None:
        """Let the hardware move its samples."""
        for _ in range(round(seconds / STEP)):
            for stream in self.fake.open_streams:
                if stream.started and stream.settings.device.name not in self.fake.still:
                    stream.run_once()
            await asyncio.sleep(STEP)


@asynccontextmanager
async def kept(fake: FakeAudio, wanted: str | None = None) -> AsyncIterator[Kept]:
    speaker = Kept(fake, wanted)
    async with speaker.thread:
        await speaker.keeper.open()
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(speaker.keeper.run())
            yield speaker
            watch.cancel()
        await speaker.keeper.close()
        await speaker.keeper.close()
    assert fake.closed


async def test_it_opens_what_is_wanted() -> None:
    async with kept(FakeAudio(), "monitor") as speaker:
        assert speaker.device == "Monitor"
        await speaker.run_for(3)
        assert speaker.told == []
        assert speaker.keeper.losses == 0


@pytest.mark.parametrize(("wanted", "name"), [("webcam", "webcam"), ("monitor", "Monitor")])
async def test_what_cannot_be_opened_at_first_is_an_error(wanted: str, name: str) -> None:
    fake = FakeAudio()
    fake.broken.add("Monitor")
    speaker = Kept(fake, wanted)
    async with speaker.thread:
        with pytest.raises(DeviceError):
            await speaker.keeper.open()
        assert speaker.device is None
        assert fake.open_streams == []


async def test_the_only_device_comes_back_within_2_s() -> None:
    fake = FakeAudio([MONITOR])
    loop = asyncio.get_running_loop()
    async with kept(fake) as speaker:
        fake.unplug(MONITOR)
        await speaker.run_for(10.5)
        assert speaker.names == [("DeviceLost", "Monitor")]
        while_lost = speaker.device
        assert while_lost is None
        assert 10 <= fake.rescans <= 12
        fake.plug_in(MONITOR)
        began = loop.time()
        while len(speaker.told) < 2:
            await speaker.run_for(STEP)
        assert loop.time() - began <= RETRY_SECONDS + 2 * STEP
        assert speaker.names[1] == ("DeviceBack", "Monitor")
        assert speaker.device == "Monitor"
        assert speaker.keeper.losses == 1
        await speaker.run_for(3)
        assert len(speaker.told) == 2


async def test_the_default_takes_over_and_stays() -> None:
    fake = FakeAudio()
    async with kept(fake, "Headset") as speaker:
        fake.unplug(HEADSET)
        await speaker.run_for(0.5)
        assert speaker.names == [("DeviceLost", "Headset"), ("DeviceBack", "Built-in Audio")]
        fake.plug_in(HEADSET)
        await speaker.run_for(5)
        assert fake.stream.settings.device.name == "Built-in Audio"
        assert len(speaker.told) == 2


async def test_a_device_that_failed_but_is_there_is_preferred_to_the_default() -> None:
    fake = FakeAudio()
    async with kept(fake, "Headset") as speaker:
        fake.stream.fail()
        await speaker.run_for(0.5)
        assert speaker.names == [("DeviceLost", "Headset"), ("DeviceBack", "Headset")]


async def test_a_device_that_stands_still_is_not_back_before_it_moves() -> None:
    fake = FakeAudio([BUILT_IN])
    async with kept(fake) as speaker:
        fake.still.add("Built-in Audio")
        await speaker.run_for(3 * FIRST_BLOCK_SECONDS)
        assert speaker.names == [("DeviceLost", "Built-in Audio")]
        assert speaker.told[0] == DeviceLost(fake.devices()[0], "stands still")
        fake.still.clear()
        await speaker.run_for(RETRY_SECONDS + 2 * STEP)
        assert speaker.names[1:] == [("DeviceBack", "Built-in Audio")]


async def test_a_library_that_fails_is_asked_again() -> None:
    class Failing(FakeAudio):
        def rescan(self) -> None:
            super().rescan()
            if self.rescans < 4:
                raise DeviceError("the system's audio cannot be used: no server")

    fake = Failing([BUILT_IN])
    async with kept(fake) as speaker:
        fake.stream.fail()
        await speaker.run_for(2.5)
        assert speaker.names == [("DeviceLost", "Built-in Audio")]
        await speaker.run_for(1)
        assert speaker.names[1:] == [("DeviceBack", "Built-in Audio")]


async def test_a_second_stream_plays_on_while_the_first_is_looked_for() -> None:
    fake = FakeAudio([MONITOR, BUILT_IN])
    async with kept(fake, "Built-in") as speaker:
        other = OutputStream(speaker.thread, MONITOR)
        await other.open()
        fake.broken.add("Built-in Audio")
        fake.streams[0].fail()
        await speaker.run_for(5)
        assert fake.rescans == 0
        assert fake.stream.settings.device.name == "Monitor"
        fake.unplug(BUILT_IN)
        await speaker.run_for(RETRY_SECONDS + 2 * STEP)
        assert fake.rescans == 1
        assert fake.stream.settings.device.name == "Monitor"
        await other.close()


async def test_leaving_while_a_device_is_opened_again() -> None:
    fake = FakeAudio([BUILT_IN])
    async with kept(fake) as speaker:
        fake.still.add("Built-in Audio")
        fake.stream.fail()
        await asyncio.sleep(1)
        assert len(fake.open_streams) == 1
        assert speaker.device is None


async def test_a_stream_that_cannot_be_closed_is_told_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Stuck(OutputStream):
        async def close(self) -> None:
            await super().close()
            raise DeviceError("the system's audio has not answered for 3 s")

    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        keeper = StreamKeeper(
            thread, Direction.OUTPUT, lambda device: Stuck(thread, device), "Headset"
        )
        await keeper.open()
        with caplog.at_level(logging.WARNING):
            await keeper.close()
    assert "Headset is left open" in caplog.text
