import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.audio.level import peak
from aicall_cli.audio.tone import tone
from aicall_cli.devices.audio_device import AudioDevice
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.stream_keeper import DeviceBack, DeviceLost
from aicall_cli.errors import DeviceError
from aicall_cli.playout.speaker import (
    AVERAGED_TICKS,
    DEPTH_STEP,
    FIRST_DEPTH,
    MAX_DEPTH,
    MAX_EXCESS,
    Speaker,
)
from tests.support.fake_audio import BUILT_IN, HEADSET, FakeAudio

TONE_HZ = 400
"""Whole periods in a tick, so that it can end with one."""
TONE_STEP = 0.5 * 32_767 * 2 * np.pi * TONE_HZ / 44_100
"""The largest step from sample to sample that the tone has, at the lower of the rates."""
BLOCKS_PER_TICK = 2


class Living:
    """A living room: ticks are written, and a device plays them 10 ms at a time."""

    def __init__(self, fake: FakeAudio, wanted: str | None) -> None:
        self.fake = fake
        self.told: list[DeviceLost | DeviceBack] = []
        self.thread = DeviceThread(lambda: fake)
        self.speaker = Speaker(
            self.thread, wanted, on_lost=self.told.append, on_back=self.told.append
        )
        self.heard: list[Pcm] = []
        self.queued: list[float] = []
        self._said = 0

    def tick(
        self, blocks: int = BLOCKS_PER_TICK, lead: float = 0.0, amplitude: float = 0.5
    ) -> None:
        """Write a tick of a tone and let the device play so many blocks."""
        queued = self.speaker.statistics.queued
        if queued is not None:
            self.queued.append(queued)
        self.speaker.write(tone(TONE_HZ, self._said, TICK_SAMPLES, SAMPLE_RATE, amplitude))
        self._said += TICK_SAMPLES
        self.play(blocks, lead)

    def play(self, blocks: int, lead: float = 0.0) -> None:
        for _ in range(blocks if self.fake.open_streams else 0):
            self.heard.append(self.fake.stream.play(lead)[:, 0])

    def run(self, ticks: int) -> Pcm:
        """Let ticks pass and return what was heard meanwhile."""
        before = len(self.heard)
        for _ in range(ticks):
            self.tick()
        return np.concatenate(self.heard[before:])

    def largest_step(self) -> int:
        return int(np.abs(np.diff(np.concatenate(self.heard).astype(np.int64))).max())


@asynccontextmanager
async def living(fake: FakeAudio | None = None, wanted: str | None = None) -> AsyncIterator[Living]:
    room = Living(fake or FakeAudio([BUILT_IN]), wanted)
    async with room.thread:
        await room.speaker.open()
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(room.speaker.run())
            yield room
            watch.cancel()
        await room.speaker.close()


@pytest.mark.parametrize("device", [HEADSET, BUILT_IN])  # at 44.1 and at 48 kHz
async def test_what_is_written_is_played_from_a_ring_of_one_depth(device: AudioDevice) -> None:
    async with living(FakeAudio([device])) as room:
        heard = room.run(500)
        statistics = room.speaker.statistics
        assert room.speaker.name == device.name
        assert room.speaker.device is not None
    assert all(0.015 <= queued <= 0.025 for queued in room.queued[5:])
    assert statistics.underruns == 0
    assert statistics.dropped == 0.0
    assert statistics.written == pytest.approx(10.0)
    assert room.largest_step() <= TONE_STEP * 1.02
    assert peak(heard[-SAMPLE_RATE:]) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("ppm", [200, -200])
async def test_a_devices_own_clock_neither_fills_nor_empties_the_ring(ppm: int) -> None:
    async with living() as room:
        owed = 0.0
        for _ in range(90 * 50):
            owed += BLOCKS_PER_TICK * (1 + ppm * 1e-6)
            blocks = int(owed)
            owed -= blocks
            room.tick(blocks)
        statistics = room.speaker.statistics
        settled = room.queued[-500:]
        assert 0.010 <= np.mean(settled) <= 0.030
        assert statistics.underruns == 0
        assert statistics.drift_ppm == pytest.approx(ppm, abs=100)


async def test_a_device_that_plays_in_lumps_gets_what_it_needs() -> None:
    """Two ticks' worth at once, every second tick: 40 ms that must be there."""
    async with living() as room:
        for number in range(AVERAGED_TICKS + 500):
            room.tick(0 if number % 2 else 2 * BLOCKS_PER_TICK)
        learnt = room.speaker.statistics.underruns
        assert learnt is not None
        assert 1 <= learnt <= AVERAGED_TICKS // 2 + 4
        for number in range(500):
            room.tick(2 * BLOCKS_PER_TICK if number % 2 else 0)
        assert room.speaker.statistics.underruns == learnt


async def test_a_device_that_fills_its_own_buffers_first_needs_no_depth_for_it() -> None:
    async with living() as room:
        room.tick(blocks=10)
        for _ in range(AVERAGED_TICKS):
            room.tick()
        assert room.speaker.statistics.underruns == 1
        assert room.speaker._depth == FIRST_DEPTH


async def test_what_the_ring_holds_too_much_is_left_out_of_the_next_silence() -> None:
    async with living() as room:
        room.run(2 * AVERAGED_TICKS)
        for _ in range(3):
            room.tick(blocks=0)  # a device that paused for 60 ms
        room.run(AVERAGED_TICKS)
        assert np.mean(room.queued[-5:]) > 0.070  # nothing is left out of a sound
        for _ in range(5 * AVERAGED_TICKS):
            room.tick(amplitude=0.0)
        assert np.mean(room.queued[-5:]) == pytest.approx(0.020, abs=0.010)
        assert min(room.queued[-AVERAGED_TICKS:]) > 0.0
        assert room.speaker.statistics.dropped == 0.0
    assert room.largest_step() <= TONE_STEP * 3


async def test_the_depth_is_bounded() -> None:
    async with living() as room:
        room.run(AVERAGED_TICKS)
        for _ in range(20):
            room.run(10)
            room.play(20)  # dry
        assert room.speaker._depth == MAX_DEPTH
        assert (MAX_DEPTH - FIRST_DEPTH) % DEPTH_STEP == 0


async def test_ticks_that_were_missed_say_nothing_of_the_device() -> None:
    async with living() as room:
        room.run(2 * AVERAGED_TICKS)
        room.play(20)
        room.speaker.skip(7)
        room.run(10)
        assert room.speaker.statistics.underruns == 1
        assert room.speaker._depth == FIRST_DEPTH


async def test_a_flush_is_silence_after_a_fade() -> None:
    async with living() as room:
        room.run(50)
        queued = room.speaker.statistics.queued
        room.speaker.flush()
        assert room.speaker.statistics.queued == 0.0
        assert room.speaker.statistics.flushed == pytest.approx(queued)
        room.play(4)
        quiet = np.concatenate(room.heard[-4:])
        assert quiet[:48].any()
        assert not quiet[240:].any()
        assert room.speaker.statistics.underruns == 0
        assert room.run(10)[-SAMPLE_RATE // 20 :].any()
    assert room.largest_step() <= TONE_STEP * 3


async def test_the_latency_is_the_rings_and_the_devices() -> None:
    async with living() as room:
        room.run(10)
        room.tick(lead=0.030)
        queued = room.speaker.statistics.queued
        assert queued is not None
        assert room.speaker.latency == pytest.approx(queued + 0.030)


async def test_what_a_standing_device_does_not_take_is_no_delay_later() -> None:
    async with living() as room:
        room.run(10)
        for _ in range(100):
            room.tick(blocks=0)
        assert room.speaker.statistics.dropped > 1.0
        room.run(20)
        queued = room.speaker.statistics.queued
        assert queued is not None
        assert queued <= (FIRST_DEPTH + MAX_EXCESS) / SAMPLE_RATE + TICK_SECONDS


async def test_a_lost_device_drops_what_is_written_until_it_is_back() -> None:
    fake = FakeAudio([BUILT_IN])
    async with living(fake) as room:
        room.run(10)
        room.play(20)
        underruns = room.speaker.statistics.underruns
        fake.unplug(BUILT_IN)
        await asyncio.sleep(1.5)
        for _ in range(10):
            room.tick()
        statistics = room.speaker.statistics
        assert statistics.dropped == pytest.approx(0.2)
        assert (statistics.queued, statistics.drift_ppm) == (None, None)
        assert statistics.underruns == underruns
        assert room.speaker.device is None
        assert room.speaker.latency == 0.0
        assert room.speaker.name == BUILT_IN.name
        room.speaker.flush()
        room.speaker.skip(1)
        fake.plug_in(BUILT_IN)
        await asyncio.sleep(1.5)
        assert room.run(10)[-100:].any()
        assert [type(told) for told in room.told] == [DeviceLost, DeviceBack]
        assert room.speaker.failure is None
        assert room.speaker.statistics.underruns == underruns


async def test_the_default_device_stands_in_for_a_lost_one() -> None:
    fake = FakeAudio([HEADSET, BUILT_IN])
    async with living(fake, "headset") as room:
        room.run(10)
        fake.unplug(HEADSET)
        await asyncio.sleep(1.5)
        assert room.run(10)[-100:].any()
        assert room.speaker.name == BUILT_IN.name


async def test_a_device_that_is_not_there_is_refused() -> None:
    async with DeviceThread(lambda: FakeAudio([BUILT_IN])) as thread:
        speaker = Speaker(thread, "gramophone")
        with pytest.raises(DeviceError, match="gramophone"):
            await speaker.open()
        assert speaker.name == "speaker"
        await speaker.close()
        await speaker.close()
