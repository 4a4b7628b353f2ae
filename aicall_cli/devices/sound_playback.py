"""Sound that is there already, through a speaker to its end."""

import asyncio
from collections.abc import AsyncIterable

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.audio.sample_ring import SampleRing
from aicall_cli.devices.output_stream import OutputStream

_LOOK_SECONDS = 0.02


async def play_sound(
    stream: OutputStream, blocks: AsyncIterable[Pcm], audio_format: AudioFormat
) -> None:
    """Play ``blocks`` of shape ``(n, channels)`` on an open stream, mixed down to mono.

    Returns when the last sample was heard; raises DeviceError when the device is lost before.
    The stream stays open.
    """
    await stream.unless_lost(_play(stream, blocks, audio_format))


async def _play(
    stream: OutputStream, blocks: AsyncIterable[Pcm], audio_format: AudioFormat
) -> None:
    resampler = StreamResampler(audio_format, stream.format.sample_rate)
    async for block in blocks:
        await _write(stream.ring, resampler.process(block))
    await _write(stream.ring, resampler.flush())
    await asyncio.sleep(stream.ring.fill / stream.format.sample_rate + stream.latency)


async def _write(ring: SampleRing, pcm: Pcm) -> None:
    while True:
        pcm = pcm[ring.write(pcm) :]
        if not len(pcm):
            return
        # Its reader is a device's callback, which may wake nobody.
        await asyncio.sleep(_LOOK_SECONDS)
