import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.devices.audio_device import AudioDevice
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.output_stream import OutputStream
from tests.support.fake_audio import BUILT_IN, HEADSET, FakeAudio


def level(n: int) -> Pcm:
    return np.full(n, 1000, dtype=np.int16)


async def test_what_is_in_the_ring_is_played_on_every_channel() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, HEADSET)
        await stream.open()
        assert stream.format == AudioFormat(44_100, 2)
        assert stream.ring.capacity == 11_025
        assert fake.stream.settings.latency == 0.040
        stream.ring.write(level(1000))
        assert fake.stream.play()[300:].tolist() == [[1000, 1000]] * 141
        assert fake.stream.play().tolist() == [[1000, 1000]] * 441
        assert stream.ring.fill == 118
        await stream.close()
        assert fake.open_streams == []


async def test_an_empty_ring_is_silence() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, BUILT_IN)
        await stream.open()
        assert not fake.stream.play().any()
        stream.ring.write(level(480))
        fake.stream.play()
        fake.stream.play()
        assert not fake.stream.play().any()
        assert stream.ring.underflows == 1
        assert stream.device_underflows == 0
        await stream.close()


async def test_what_the_device_tells() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, BUILT_IN)
        await stream.open()
        fake.stream.play(lead=0.042)
        fake.stream.play(lead=0.043, underflowed=True)
        assert stream.latency == 0.043
        assert stream.device_underflows == 1
        await stream.close()


@pytest.mark.parametrize(
    ("refused", "opened"),
    [
        ([], AudioFormat(48_000, 2)),
        ([(48_000, 2)], AudioFormat(48_000, 1)),
        ([(48_000, 2), (48_000, 1)], AudioFormat(44_100, 2)),
    ],
)
async def test_a_pair_of_channels_first(
    refused: list[tuple[int, int]], opened: AudioFormat
) -> None:
    device = AudioDevice(0, "default", "ALSA", 32, 32, 44_100.0)
    fake = FakeAudio([device])
    fake.refused = [("default", rate, channels) for rate, channels in refused]
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, device, ring_seconds=1.0)
        await stream.open()
        assert stream.format == opened
        assert stream.ring.capacity == opened.sample_rate
        stream.ring.write(level(1000))
        assert fake.stream.play()[-1].tolist() == [1000] * opened.channels
        await stream.close()


async def test_the_ring_outlives_a_rescan() -> None:
    fake = FakeAudio()
    async with DeviceThread(lambda: fake) as thread:
        stream = OutputStream(thread, BUILT_IN)
        await stream.open()
        ring = stream.ring
        ring.write(level(480))
        fake.present.remove(HEADSET)
        await thread.rescan()
        assert stream.device.index == 0
        assert stream.ring is ring
        assert fake.stream.play().any()
        await stream.close()
