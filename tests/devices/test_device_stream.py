import asyncio

import pytest

from aicall_cli.devices.audio_device import AudioDevice
from aicall_cli.devices.device_stream import FIRST_BLOCK_SECONDS, STALL_SECONDS, sample_rates
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.input_stream import InputStream
from aicall_cli.devices.output_stream import OutputStream
from aicall_cli.errors import DeviceError
from tests.support.fake_audio import BUILT_IN, HEADSET, MONITOR, FakeAudio


def ear(thread: DeviceThread, device: AudioDevice = BUILT_IN) -> InputStream:
    return InputStream(thread, device, lambda _: None)


async def test_opened_is_begun() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = ear(thread)
        await stream.open()
        assert fake.stream.started
        await stream.close()
        await stream.close()


async def test_a_device_that_moves_no_sample_is_refused_and_closed() -> None:
    fake = FakeAudio()
    fake.still.add("Built-in Audio")
    loop = asyncio.get_running_loop()
    async with DeviceThread(lambda: fake) as thread:
        stream = ear(thread)
        began = loop.time()
        with pytest.raises(DeviceError, match="Built-in Audio stands still"):
            await stream.open()
        assert loop.time() - began == FIRST_BLOCK_SECONDS
        await stream.close()
        assert fake.open_streams == []


async def test_a_device_that_wakes_up_slowly_is_waited_for() -> None:
    fake = FakeAudio()
    fake.still.add("Built-in Audio")
    async with DeviceThread(lambda: fake) as thread, asyncio.TaskGroup() as tasks:
        stream = ear(thread)
        opening = tasks.create_task(stream.open())
        await asyncio.sleep(FIRST_BLOCK_SECONDS - 0.1)
        fake.stream.run_once()
        await opening
        await stream.close()


async def test_the_first_of_several_refusals_is_told() -> None:
    fake = FakeAudio()
    fake.refused = [("Built-in Audio", 48_000, 1)]
    fake.broken.add("Built-in Audio")
    async with DeviceThread(lambda: fake) as thread:
        with pytest.raises(DeviceError, match="Built-in Audio cannot do that"):
            await ear(thread).open()
        assert fake.open_streams == []


async def test_what_does_not_start_is_given_back() -> None:
    fake = FakeAudio()
    fake.broken.add("Built-in Audio")
    async with DeviceThread(lambda: fake) as thread:
        with pytest.raises(DeviceError, match="does not start"):
            await ear(thread).open()
        assert fake.open_streams == []
        assert thread.open_streams == []


async def test_a_device_of_the_other_kind_has_no_channels() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        with pytest.raises(DeviceError, match="Monitor has no channels"):
            await ear(thread, MONITOR).open()


async def test_a_device_that_is_pulled_out_is_lost() -> None:
    fake = FakeAudio()
    loop = asyncio.get_running_loop()
    async with DeviceThread(lambda: fake) as thread, asyncio.TaskGroup() as tasks:
        stream = ear(thread)
        await stream.open()
        lost = tasks.create_task(stream.lost())
        for _ in range(30):  # it is watched for longer than a stall takes
            await asyncio.sleep(0.1)
            fake.stream.run_once()
        assert not lost.done()
        began = loop.time()
        fake.unplug(BUILT_IN)
        assert await lost == "was removed or failed"
        assert loop.time() == began
        await stream.close()


async def test_a_device_that_stands_still_is_lost() -> None:
    fake = FakeAudio()
    loop = asyncio.get_running_loop()
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, BUILT_IN)
        await stream.open()
        began = loop.time()
        assert await stream.lost() == "stands still"
        assert STALL_SECONDS <= loop.time() - began <= 2 * STALL_SECONDS
        await stream.close()


async def test_our_own_closing_is_no_loss() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = ear(thread)
        await stream.open()
        await stream.close()
        assert fake.streams[0].closed
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.lost(), STALL_SECONDS / 2)


async def test_a_rescan_finds_the_device_again_by_its_name() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = ear(thread)
        await stream.open()
        fake.present.insert(0, AudioDevice(9, "New", "Fake", 1, 0, 48_000.0))
        await thread.rescan()
        assert stream.device.index == 2
        assert fake.stream.settings.device.index == 2
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.lost(), STALL_SECONDS / 2)
        await stream.close()


@pytest.mark.parametrize("broken", [True, False])
async def test_what_a_rescan_does_not_find_or_open_again_is_lost(broken: bool) -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = ear(thread, HEADSET)
        await stream.open()
        if broken:
            fake.broken.add("Headset")
            fake.present.remove(BUILT_IN)
        else:
            fake.present.remove(HEADSET)
        await thread.rescan()
        assert await stream.lost() == "was removed or failed"
        assert fake.open_streams == []
        await stream.close()


def test_the_rates_to_try() -> None:
    assert sample_rates(HEADSET) == (44_100, 48_000)
    assert sample_rates(BUILT_IN) == (48_000,)
    assert sample_rates(AudioDevice(0, "default", "ALSA", 2, 2, 44_100.0)) == (48_000, 44_100)
