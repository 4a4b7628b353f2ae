"""A microphone of real PortAudio in a call's mixer: what is said into it, and its removal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.resampler import resample
from aicall_cli.audio.tone import tone
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.microphone import Microphone
from aicall_cli.capture.mixer import Mixer
from aicall_cli.clock import perf_clock
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_list import find_device, list_devices
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.output_stream import OutputStream
from aicall_cli.devices.stream_keeper import DeviceBack, DeviceLost
from aicall_cli.rtc.ticker import Tick, Ticker
from tests.integration.command import GO_FORWARD
from tests.integration.sound import likeness, loud_seconds, until
from tests.support.pulse import PulseServer

CONFIG = ExternalAudioStreamConfig(SAMPLE_RATE, 1)
BACK_SECONDS = 2.0
"""How soon after its return a device must be used again."""


class Listener:
    """A call's mixer with a microphone, pulled at real ticks."""

    def __init__(self, thread: DeviceThread, wanted: str | None) -> None:
        self.mixer = Mixer()
        self.stream = self.mixer.add_stream(CONFIG, live=True)
        self.told: list[DeviceLost | DeviceBack] = []
        self.microphone = Microphone(
            thread, self.stream, wanted, on_lost=self.told.append, on_back=self.told.append
        )
        self.ticks: list[Pcm] = []
        self.times: list[float] = []

    @property
    def heard(self) -> Pcm:
        return np.concatenate((np.zeros(0, dtype=np.int16), *self.ticks))

    def counted(self, lost: int, back: int) -> Callable[[], bool]:
        """Return whether the device was lost and back so many times, as a condition."""

        def condition() -> bool:
            losses = sum(isinstance(event, DeviceLost) for event in self.told)
            return (losses, len(self.told) - losses) == (lost, back)

        return condition

    def on_tick(self, tick: Tick) -> None:
        self.mixer.skip(tick.skip)
        for _ in range(tick.send):
            self.ticks.append(self.mixer.pull())
            self.times.append(perf_clock())


@asynccontextmanager
async def listening(thread: DeviceThread, wanted: str | None = None) -> AsyncIterator[Listener]:
    listener = Listener(thread, wanted)
    listener.mixer.begin()
    await listener.microphone.open()
    ticks = Ticker.of_loop(perf_clock).add(listener.on_tick)
    try:
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(listener.microphone.run())
            yield listener
            watch.cancel()
    finally:
        ticks.cancel()
        await listener.microphone.close()


async def test_what_is_said_is_heard(pulse: PulseServer) -> None:
    async with DeviceThread() as thread, listening(thread) as listener:
        await asyncio.to_thread(pulse.play, GO_FORWARD)
        await asyncio.sleep(0.3)
        statistics = listener.microphone.statistics
        underruns = listener.stream.statistics.underruns
    original = resample(go_forward(), AudioFormat(16_000, 1))
    assert likeness(listener.heard, original) > 0.95
    assert statistics.device == "default"
    assert statistics.sample_rate == SAMPLE_RATE
    assert statistics.losses == 0
    assert statistics.dropped == 0
    # A busy machine may be late for some blocks; a queue held at no depth would run dry always.
    assert underruns < 10
    assert statistics.latency_ms is not None


def go_forward() -> Pcm:
    samples = np.frombuffer(GO_FORWARD.read_bytes()[44:], dtype="<i2")
    return samples.astype(np.int16)[:, None]


async def test_how_long_a_sound_takes_to_the_tick(
    pulse: PulseServer, record_property: Callable[[str, object], None]
) -> None:
    """Clicks played through PortAudio too, which tells when each of them can be heard."""
    delays = []
    async with DeviceThread() as thread, listening(thread) as listener:
        mouth = OutputStream(
            thread, find_device(await list_devices(thread), "mouth", Direction.OUTPUT)
        )
        try:
            await mouth.open()
            for _ in range(5):
                await asyncio.sleep(0.3)
                listener.ticks.clear()
                listener.times.clear()
                written = perf_clock()
                mouth.ring.write(tone(1000, 0, SAMPLE_RATE // 20, SAMPLE_RATE, 0.5))
                await until(lambda: loud_seconds(listener.heard) > 0.03)
                first = next(n for n, pcm in enumerate(listener.ticks) if np.abs(pcm).max() > 1000)
                delays.append(listener.times[first] - written - mouth.latency)
        finally:
            await mouth.close()
    record_property("capture_to_tick_ms", round(float(np.median(delays)) * 1000, 1))
    assert 0.0 < np.median(delays) < 0.5


@pytest.mark.parametrize("wanted", [None, "microphone"])
async def test_a_removed_microphone_is_silence_and_comes_back(
    pulse: PulseServer, wanted: str | None
) -> None:
    async with DeviceThread() as thread, listening(thread, wanted) as listener:
        for losses in (1, 2):
            await until(lambda: bool(listener.stream.queued_ms))
            await asyncio.to_thread(pulse.remove_all)
            await until(listener.counted(losses, losses - 1))
            while_lost = listener.microphone.device
            assert while_lost is None
            await asyncio.sleep(1.5)
            listener.ticks.clear()
            await until(lambda: len(listener.ticks) > 5)
            assert not listener.heard.any()
            await asyncio.to_thread(pulse.restore_all)
            took = await until(listener.counted(losses, losses))
            assert took < BACK_SECONDS
        await asyncio.to_thread(pulse.play, GO_FORWARD)
        assert loud_seconds(listener.heard) > 1.0
        assert listener.microphone.statistics.losses == 2


async def test_a_server_that_is_restarted(pulse: PulseServer) -> None:
    async with DeviceThread() as thread, listening(thread) as listener:
        await asyncio.to_thread(pulse.stop)
        await until(listener.counted(1, 0))
        await asyncio.sleep(1.5)
        await asyncio.to_thread(pulse.start)
        await until(listener.counted(1, 1))
        await asyncio.to_thread(pulse.play, GO_FORWARD)
        assert loud_seconds(listener.heard) > 1.0


async def test_a_microphone_that_stands_still_is_lost_and_back_when_it_moves(
    pulse: PulseServer,
) -> None:
    async with DeviceThread() as thread, listening(thread, "microphone") as listener:
        await asyncio.to_thread(pulse.suspend_all, True)
        await until(listener.counted(1, 0))
        lost = listener.told[0]
        assert isinstance(lost, DeviceLost)
        assert lost.reason == "stands still"
        await asyncio.to_thread(pulse.suspend_all, False)
        await until(listener.counted(1, 1))


async def test_a_server_that_hangs_holds_nothing_up(pulse: PulseServer) -> None:
    async with DeviceThread() as thread, listening(thread) as listener:
        pulse.hang()
        await until(listener.counted(1, 0))
        listener.ticks.clear()
        await until(lambda: len(listener.ticks) > 50)  # the call goes on
        pulse.go_on()
        await until(listener.counted(1, 1))
        await asyncio.to_thread(pulse.play, GO_FORWARD)
        assert loud_seconds(listener.heard) > 1.0
