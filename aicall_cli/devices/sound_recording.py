"""A few seconds of a microphone, for those who want to know whether it works."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.clock import Clock, perf_clock
from aicall_cli.devices.audio_device import AudioDevice
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.input_stream import CapturedBlock, InputStream


@dataclass(frozen=True, slots=True)
class RecordedSound:
    """Mono 48 kHz PCM of a device; ``latency`` in seconds from a sound to its arrival."""

    device: AudioDevice
    sample_rate: int
    """The device's own, in Hz."""
    pcm: Pcm
    latency: float | None


async def record_sound(
    thread: DeviceThread,
    device: AudioDevice,
    seconds: float,
    on_heard: Callable[[Pcm], None] = lambda _: None,
    clock: Clock = perf_clock,
) -> RecordedSound:
    """Record ``seconds`` of ``device``; raise DeviceError where it fails before their end.

    ``on_heard`` is given each piece, of about 10 ms, as it comes.
    """
    wanted = round(seconds * SAMPLE_RATE)
    pieces: list[Pcm] = []
    complete = asyncio.Event()
    resampler: StreamResampler | None = None

    def take(block: CapturedBlock) -> None:
        nonlocal resampler
        resampler = resampler or StreamResampler(stream.format)
        if not complete.is_set():
            pieces.append(resampler.process(block.pcm))
            on_heard(pieces[-1])
        if sum(map(len, pieces)) >= wanted:
            complete.set()

    stream = InputStream(thread, device, take, clock)
    try:
        await stream.open()
        await stream.unless_lost(complete.wait())
    finally:
        await stream.close()
    pcm = np.concatenate(pieces)[:wanted]
    return RecordedSound(stream.device, stream.format.sample_rate, pcm, stream.latency)
