import asyncio

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import peak
from aicall_cli.audio.tone import tone
from aicall_cli.devices.audio_device import AudioDevice
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.sound_recording import RecordedSound, record_sound
from aicall_cli.errors import DeviceError
from tests.support.fake_audio import BUILT_IN, HEADSET, FakeAudio


async def record(fake: FakeAudio, device: AudioDevice, pieces: list[Pcm]) -> RecordedSound:
    """Record half a second of a tone that the hardware hears from its second block on."""
    clock = asyncio.get_running_loop().time
    async with DeviceThread(lambda: fake) as thread, asyncio.TaskGroup() as tasks:
        recording = tasks.create_task(record_sound(thread, device, 0.5, pieces.append, clock))
        at = 0
        while not recording.done():
            await asyncio.sleep(0.01)
            for stream in fake.open_streams:
                samples, rate = stream.settings.block_samples, stream.settings.sample_rate
                stream.capture(tone(440, at, samples, rate, 0.5)[:, None], age=0.015)
                at += samples
    assert fake.open_streams == []
    return recording.result()


@pytest.mark.parametrize("device", [HEADSET, BUILT_IN])
async def test_so_many_seconds_at_48_khz(device: AudioDevice) -> None:
    pieces: list[Pcm] = []
    sound = await record(FakeAudio(), device, pieces)
    assert sound.device.name == device.name
    assert sound.sample_rate == device.default_sample_rate
    assert len(sound.pcm) == SAMPLE_RATE // 2
    assert peak(sound.pcm) == pytest.approx(0.5, abs=0.01)
    assert np.concatenate(pieces)[: len(sound.pcm)].tolist() == sound.pcm.tolist()
    assert sound.latency == pytest.approx(0.014, abs=0.003)


async def test_a_device_that_is_pulled_out_meanwhile() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        asyncio.get_running_loop().call_later(0.1, fake.unplug, HEADSET)
        with pytest.raises(DeviceError, match="Headset was removed or failed"):
            await record_sound(thread, HEADSET, 0.5)
        assert fake.open_streams == []


async def test_a_device_that_cannot_be_opened() -> None:
    fake = FakeAudio()
    fake.broken.add("Headset")
    async with DeviceThread(lambda: fake) as thread:
        with pytest.raises(DeviceError, match="does not start"):
            await record_sound(thread, HEADSET, 0.5)
