"""A recording through the speaker."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import closing

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.audio.sample_ring import SampleRing
from aicall_cli.cli.signals import run_until_signal
from aicall_cli.client.in_thread import made_in_thread
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_list import find_device, list_devices
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.output_stream import OutputStream
from aicall_cli.errors import DeviceError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.recording.export import Side
from aicall_cli.recording.stored_audio import StoredAudio
from aicall_cli.recording.stored_call import StoredCall
from aicall_cli.tui.stderr_capture import StderrCapture

logger = logging.getLogger(__name__)

RING_SECONDS = 1.0
"""What is queued for the device, while the disk is read and another process is busy."""
_LOOK_SECONDS = 0.05


def play_recording(call: StoredCall, side: Side, start: float, wanted: str | None) -> int:
    """Play ``side`` of a recording from ``start`` seconds on; return the command's status.

    ``wanted`` is the speaker's index or a part of its name. Raises DeviceError, SourceError.
    """

    async def main() -> int:
        # PortAudio and ALSA say on descriptor 2 what they do not find on any machine.
        with StderrCapture(logger.debug):
            async with DeviceThread() as thread:
                await play(call, side, start, wanted, thread)
        return ExitStatus.OK

    return run_until_signal(main)


async def play(
    call: StoredCall, side: Side, start: float, wanted: str | None, thread: DeviceThread
) -> None:
    """Play a recording to its end; raise DeviceError when the device is lost before that."""
    audio = await asyncio.to_thread(call.audio)
    device = find_device(await list_devices(thread), wanted, Direction.OUTPUT)
    stream = OutputStream(thread, device, RING_SECONDS)
    try:
        await stream.open()
        async with asyncio.TaskGroup() as tasks:
            playing = tasks.create_task(_feed(audio, round(start * SAMPLE_RATE), side, stream))
            losing = tasks.create_task(stream.lost())
            await asyncio.wait((playing, losing), return_when=asyncio.FIRST_COMPLETED)
            for task in (playing, losing):
                task.cancel()
    finally:
        await stream.close()
    if not losing.cancelled():
        raise DeviceError(
            f"the audio device {stream.device.name} {losing.result()}",
            hint="choose another one with --output-device",
        )


async def _feed(audio: StoredAudio, start: int, side: Side, stream: OutputStream) -> None:
    """Write what was recorded at the device's pace, and wait until the last of it was heard."""
    source = AudioFormat(SAMPLE_RATE, 2 if side is Side.BOTH else 1)
    resampler = StreamResampler(source, stream.format.sample_rate)
    with closing(audio.blocks(start)) as blocks:
        while (block := await _read(blocks)) is not None:
            samples = side.of(block).reshape(-1, source.channels)
            await _write(stream.ring, resampler.process(samples))
    await _write(stream.ring, resampler.flush())
    await asyncio.sleep(stream.ring.fill / stream.format.sample_rate + stream.latency)


async def _read(blocks: Iterator[Pcm]) -> Pcm | None:
    """Return the next block, None after the last; no thread reads on when this is cancelled."""

    async def drop(_: object) -> None:
        return

    return await made_in_thread(lambda: next(blocks, None), drop)


async def _write(ring: SampleRing, pcm: Pcm) -> None:
    while True:
        pcm = pcm[ring.write(pcm) :]
        if not len(pcm):
            return
        # Its reader is a device's callback, which may wake nobody.
        await asyncio.sleep(_LOOK_SECONDS)
