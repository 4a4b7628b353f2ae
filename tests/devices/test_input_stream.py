import asyncio
from dataclasses import replace

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat
from aicall_cli.devices.audio_device import AudioDevice
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.input_stream import MAX_IN_FLIGHT, CapturedBlock, InputStream
from tests.support.fake_audio import BUILT_IN, HEADSET, FakeAudio


class Ear:
    """An open stream of a fake device, and what it hands on after its first block."""

    def __init__(self, fake: FakeAudio, thread: DeviceThread, device: AudioDevice) -> None:
        self.fake = fake
        self.blocks: list[CapturedBlock] = []
        clock = asyncio.get_running_loop().time
        self.stream = InputStream(thread, device, self.blocks.append, clock)

    async def open(self) -> "Ear":
        await self.stream.open()
        self.blocks.clear()
        return self


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_blocks_of_10_ms_at_the_devices_own_rate() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        ear = await Ear(fake, thread, HEADSET).open()
        settings = fake.stream.settings
        assert ear.stream.format == AudioFormat(44_100, 1)
        assert settings.block_samples == 441
        assert settings.latency == 0.020
        pcm = np.arange(441, dtype=np.int16)[:, None]
        fake.stream.capture(pcm, age=0.012)
        fake.stream.capture(-pcm, age=0.002)
        await settle()
        now = asyncio.get_running_loop().time()
        assert [block.pcm.tolist() for block in ear.blocks] == [pcm.tolist(), (-pcm).tolist()]
        assert [now - block.captured_at for block in ear.blocks] == pytest.approx([0.012, 0.002])
        await ear.stream.close()


async def test_the_latency_is_an_average() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        ear = Ear(fake, thread, BUILT_IN)
        assert ear.stream.latency is None
        await ear.open()
        for lump in range(200):
            fake.stream.capture_silence(age=0.010 + 0.010 * (lump % 2))
            await settle()
        assert ear.stream.latency == pytest.approx(0.015, abs=0.001)
        await ear.stream.close()


async def test_a_device_with_a_larger_latency_keeps_it() -> None:
    fake = FakeAudio([replace(BUILT_IN, low_input_latency=0.09)])
    async with DeviceThread(lambda: fake) as thread:
        ear = await Ear(fake, thread, fake.devices()[0]).open()
        assert fake.stream.settings.latency == 0.09
        await ear.stream.close()


@pytest.mark.parametrize(
    ("refused", "opened"),
    [
        ([], AudioFormat(48_000, 1)),
        ([(48_000, 1)], AudioFormat(48_000, 2)),
        ([(48_000, 1), (48_000, 2)], AudioFormat(44_100, 1)),
    ],
)
async def test_an_alsa_device_is_asked_for_48_khz_first(
    refused: list[tuple[int, int]], opened: AudioFormat
) -> None:
    device = AudioDevice(0, "default", "ALSA", 32, 32, 44_100.0)
    fake = FakeAudio([device])
    fake.refused = [("default", rate, channels) for rate, channels in refused]
    async with DeviceThread(lambda: fake) as thread:
        ear = await Ear(fake, thread, device).open()
        assert ear.stream.format == opened
        await ear.stream.close()


async def test_a_stuck_loop_loses_blocks_beyond_a_bound() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        ear = await Ear(fake, thread, BUILT_IN).open()
        for _ in range(MAX_IN_FLIGHT + 5):
            fake.stream.capture_silence()
        await settle()
        assert len(ear.blocks) == MAX_IN_FLIGHT
        assert ear.stream.dropped == 5
        fake.stream.capture_silence()
        await settle()
        assert len(ear.blocks) == MAX_IN_FLIGHT + 1
        await ear.stream.close()


async def test_overflows_of_the_device_are_counted() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        ear = await Ear(fake, thread, BUILT_IN).open()
        fake.stream.capture(np.zeros((480, 1), dtype=np.int16), overflowed=True)
        await settle()
        assert ear.stream.overflows == 1
        assert ear.stream.dropped == 0
        await ear.stream.close()


async def test_what_is_on_its_way_when_it_is_closed_is_not_handed_on() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        ear = await Ear(fake, thread, BUILT_IN).open()
        fake.stream.capture_silence()
        await ear.stream.close()
        assert ear.blocks == []
        assert fake.open_streams == []
