"""Real PortAudio, with the devices of a PulseAudio server of the test's own."""

import asyncio
import sys

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.audio.tone import tone
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_list import find_device, list_devices
from aicall_cli.devices.device_probe import describe, look_for_devices
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.input_stream import CapturedBlock, InputStream
from aicall_cli.devices.output_stream import OutputStream
from aicall_cli.errors import DeviceError
from tests.integration.sound import loud_part, loud_seconds, steepest, until
from tests.support.pulse import PulseServer

PRIVATE_NAMES = ("_initialize", "_terminate", "_initialized", "_exit_handler")
FREQUENCY = 500
TONE_STEP = round(2 * np.pi * FREQUENCY / SAMPLE_RATE * 0.5 * 32_768)
"""The steepest that the test's tone ever is."""


async def test_the_machines_devices(pulse: PulseServer) -> None:
    async with DeviceThread() as thread:
        devices = await list_devices(thread)
    assert {"default", "pulse", "speaker", "microphone"} <= {device.name for device in devices}
    assert [device.index for device in devices] == list(range(len(devices)))
    for direction in Direction:
        default = find_device(devices, None, direction)
        assert default.name == "default"
        assert default.host_api == "ALSA"
        assert default.channels(direction) > 0
        assert default.default_sample_rate > 0


async def test_the_private_names_that_the_adapter_uses(pulse: PulseServer) -> None:
    for _ in range(2):
        async with DeviceThread() as thread:
            await list_devices(thread)
            sounddevice = sys.modules["sounddevice"]
            assert all(hasattr(sounddevice, name) for name in PRIVATE_NAMES)
            assert sounddevice._initialized == 1
        assert sounddevice._initialized == 0


async def test_another_process_sees_the_same_devices(pulse: PulseServer) -> None:
    async with DeviceThread() as thread:
        ours = [describe(device) for device in await list_devices(thread)]
        assert await thread.run(lambda _: look_for_devices()) == ours


async def test_a_device_is_plugged_in_beside_an_open_stream(pulse: PulseServer) -> None:
    blocks: list[CapturedBlock] = []
    async with DeviceThread() as thread:
        devices = await list_devices(thread)
        device = find_device(devices, "microphone", Direction.INPUT)
        stream = InputStream(thread, device, blocks.append)
        try:
            await stream.open()
            await thread.rescan()
            assert await list_devices(thread) == devices
            pulse.add_alsa_device("headset", "microphone")
            await thread.rescan()
            assert "headset" in {device.name for device in await list_devices(thread)}
            blocks.clear()
            await until(lambda: len(blocks) >= 20)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(stream.lost(), 0.5)
        finally:
            await stream.close()


async def test_a_device_that_is_not_there_cannot_be_opened(pulse: PulseServer) -> None:
    pulse.remove_all()
    async with DeviceThread() as thread:
        device = find_device(await list_devices(thread), "speaker", Direction.OUTPUT)
        stream = OutputStream(thread, device)
        with pytest.raises(DeviceError, match="speaker cannot be used") as caught:
            await stream.open()
        await stream.close()
    assert "aicall devices" in str(caught.value.hint)


async def test_what_is_written_is_played_whole(pulse: PulseServer) -> None:
    async with DeviceThread() as thread:
        device = find_device(await list_devices(thread), "speaker", Direction.OUTPUT)
        stream = OutputStream(thread, device, ring_seconds=2.0)
        with pulse.recording() as heard:
            try:
                await stream.open()
                assert stream.format.sample_rate == SAMPLE_RATE
                stream.ring.write(tone(FREQUENCY, 0, SAMPLE_RATE, SAMPLE_RATE, 0.5))
                await until(lambda: loud_seconds(heard.pcm) > 0.9)
                await until(lambda: stream.ring.fill == 0)
                await asyncio.sleep(0.3)
                assert 0.0 < stream.latency < 0.5
                assert stream.ring.underflows == 1  # at its end
            finally:
                await stream.close()
    played = loud_part(heard.pcm)
    assert len(played) / SAMPLE_RATE == pytest.approx(1.0, abs=0.02)
    assert steepest(heard.pcm) <= TONE_STEP * 1.1


async def test_what_is_flushed_is_not_heard_and_does_not_click(pulse: PulseServer) -> None:
    async with DeviceThread() as thread:
        device = find_device(await list_devices(thread), "speaker", Direction.OUTPUT)
        stream = OutputStream(thread, device, ring_seconds=2.0)
        with pulse.recording() as heard:
            try:
                await stream.open()
                stream.ring.write(tone(FREQUENCY, 0, 2 * SAMPLE_RATE, SAMPLE_RATE, 0.5))
                await until(lambda: loud_seconds(heard.pcm) > 0.2)
                stream.ring.flush()
                await asyncio.sleep(0.5)
            finally:
                await stream.close()
    assert loud_seconds(heard.pcm) < 1.0
    assert steepest(heard.pcm) <= TONE_STEP * 1.1
