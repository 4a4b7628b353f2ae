"""The speaker on a real PortAudio, whose sink is recorded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.tone import tone
from aicall_cli.clock import perf_clock
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.stream_keeper import DeviceBack, DeviceLost
from aicall_cli.playout.speaker import Speaker
from aicall_cli.rtc.ticker import Tick, Ticker
from tests.support.pulse import PulseServer, Recording

FREQUENCY = 440
AMPLITUDE = 0.25
TONE_STEP = AMPLITUDE * 32_767 * 2 * np.pi * FREQUENCY / SAMPLE_RATE
FLUSHED_SECONDS = 0.060
"""What an interruption may take, the device's latency aside."""
RECOVERED_SECONDS = 2.0


class Player:
    """Writes a tone into a speaker at each tick, until it is told to be silent."""

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.silent = False
        self.latencies: list[float] = []
        self._position = 0

    def on_tick(self, tick: Tick) -> None:
        if tick.skip:
            self.speaker.skip(tick.skip)
        for _ in range(tick.send):
            self.latencies.append(self.speaker.latency)
            amplitude = 0.0 if self.silent else AMPLITUDE
            pcm = tone(FREQUENCY, self._position, TICK_SAMPLES, SAMPLE_RATE, amplitude)
            self.speaker.write(pcm)
            self._position += TICK_SAMPLES


@asynccontextmanager
async def playing(told: list[DeviceLost | DeviceBack]) -> AsyncIterator[Player]:
    async with DeviceThread() as thread:
        speaker = Speaker(thread, on_lost=told.append, on_back=told.append)
        await speaker.open()
        player = Player(speaker)
        subscription = Ticker.of_loop(perf_clock).add(player.on_tick)
        try:
            async with asyncio.TaskGroup() as tasks:
                watch = tasks.create_task(speaker.run())
                yield player
                watch.cancel()
        finally:
            subscription.cancel()
            await speaker.close()


def loud(pcm: Pcm) -> list[bool]:
    """Return for each 10 ms whether they are more than noise."""
    blocks = pcm[: len(pcm) // 480 * 480].reshape(-1, 480)
    return list(np.abs(blocks.astype(np.int64)).max(axis=1) > 300)


async def heard_more(recording: Recording, seconds: float) -> None:
    """Wait until so much more was recorded: the recorder has a delay of its own."""
    enough = len(recording.pcm) + seconds * SAMPLE_RATE
    async with asyncio.timeout(seconds + 10):
        while len(recording.pcm) < enough:  # noqa: ASYNC110 - a file of another process
            await asyncio.sleep(0.02)


async def test_a_tone_is_whole_and_a_flush_is_silence_at_once(
    pulse: PulseServer, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[DeviceLost | DeviceBack] = []
    async with playing(told) as player:
        with pulse.recording() as recording:
            await heard_more(recording, 2.0)
            statistics, latency = player.speaker.statistics, float(np.mean(player.latencies[-50:]))
            # Anchored to the recorder's own delay: a first silence, whose place is known.
            written = len(recording.pcm)
            player.silent = True
            player.speaker.flush()
            await heard_more(recording, 1.0)
            pcm = recording.pcm
    assert told == []
    assert statistics.underruns == 0
    assert statistics.queued is not None
    last = len(loud(pcm)) - loud(pcm)[::-1].index(True)
    after = last * 480 - written
    tail = pcm[np.flatnonzero(np.abs(pcm.astype(np.int64)) > 300)[0] + SAMPLE_RATE // 10 :]
    steps = np.abs(np.diff(tail.astype(np.int64)))
    with capsys.disabled():
        pytestconfig.get_terminal_writer().line(
            f"\nsilence {after / 48:.0f} ms after the flush, of which the device says "
            f"{(latency - statistics.queued) * 1000:.0f} ms and the ring held "
            f"{statistics.queued * 1000:.0f} ms"
        )
    assert after / SAMPLE_RATE <= FLUSHED_SECONDS + latency
    assert steps.max() <= TONE_STEP * 1.3  # no gap, and no click at the end


async def test_a_speaker_that_is_unplugged_plays_again_when_it_is_back(
    pulse: PulseServer, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[DeviceLost | DeviceBack] = []
    async with playing(told) as player:
        await asyncio.sleep(0.5)
        await asyncio.to_thread(pulse.remove_all)
        async with asyncio.timeout(10):
            while not told:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        dropped = player.speaker.statistics.dropped
        await asyncio.sleep(0.5)
        assert player.speaker.statistics.dropped > dropped
        await asyncio.to_thread(pulse.restore_all)
        back = perf_clock()
        async with asyncio.timeout(10):
            while len(told) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        recovered = perf_clock() - back
        with pulse.recording() as recording:
            await heard_more(recording, 0.5)
            assert any(loud(recording.pcm))
    with capsys.disabled():
        pytestconfig.get_terminal_writer().line(f"\nplays again {recovered:.2f} s after its return")
    assert [type(event) for event in told] == [DeviceLost, DeviceBack]
    assert recovered <= RECOVERED_SECONDS
    assert player.speaker.statistics.queued is None
