"""Streams as a call has them, and frames to push into them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from aicall_cli.audio.format import TICK_SECONDS, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.mixer import Mixer

CALL = AudioFormat(48_000, 1)


def open_stream(
    audio_format: AudioFormat = CALL, capacity_ms: int = 200, *, live: bool = False
) -> ExternalAudioStream:
    """Return a stream of a call that has begun."""
    config = ExternalAudioStreamConfig(audio_format.sample_rate, audio_format.channels)
    stream = ExternalAudioStream(1, config, capacity_ms, live)
    stream.begin()
    return stream


def begun_mixer(capacity_ms: int = 200) -> Mixer:
    """Return the mixer of a call that has begun."""
    mixer = Mixer(capacity_ms)
    mixer.begin()
    return mixer


def constant(level: int, ms: float = 20, audio_format: AudioFormat = CALL) -> AudioFrame:
    """Return a frame that has the same value everywhere."""
    samples = round(audio_format.sample_rate * ms / 1000)
    shape = (samples, audio_format.channels)
    return AudioFrame(np.full(shape, level, dtype=np.int16), audio_format)


def random_audio(audio_format: AudioFormat, seconds: float, seed: int = 1) -> Pcm:
    """Return noise of shape ``(n, channels)``."""
    shape = (round(audio_format.sample_rate * seconds), audio_format.channels)
    return np.random.default_rng(seed).integers(-15_000, 15_000, shape).astype(np.int16)


class Listener:
    """Keeps what the mixer gave at each tick."""

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self.ticks: list[Pcm] = []

    @property
    def heard(self) -> Pcm:
        return np.concatenate(self.ticks)

    def tick(self, count: int = 1) -> Pcm:
        """Pull ``count`` times and return what came."""
        for _ in range(count):
            self.ticks.append(self._mixer.pull())
        return np.concatenate(self.ticks[-count:])

    async def run(self) -> None:
        """Pull every 20 ms, for ever."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick()


@asynccontextmanager
async def ticking(mixer: Mixer) -> AsyncIterator[Listener]:
    """Pull ``mixer`` every 20 ms for as long as the block lasts."""
    listener = Listener(mixer)
    async with asyncio.TaskGroup() as tasks:
        ticks = tasks.create_task(listener.run())
        yield listener
        ticks.cancel()
