"""A long call in virtual time whose devices have clocks of their own.

``python -m tests.bench.drifting_call SECONDS MICROPHONE_PPM SPEAKER_PPM`` prints one JSON
object: the memory held and the depth of both queues, after a minute and at the end.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import psutil

from aicall_cli.audio.format import CALL_FORMAT, SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.tone import tone
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.microphone import Microphone
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.playout.speaker import Speaker
from aicall_cli.session.session import Session
from tests.bench.null_backend import NullBackend
from tests.bench.outcome import JSON
from tests.bench.virtual_loop import BEGINNING, HurryingLoop
from tests.support.fake_audio import BUILT_IN, FakeAudio, FakeStream

MINUTE = 60.0
_MEASURED_SECONDS = 20.0
"""Of which a depth is the mean."""
_TURN_TICKS = 100
_BLOCK_SECONDS = 0.01
_VOICE = tone(400, 0, TICK_SAMPLES, SAMPLE_RATE, 0.5)
_SILENCE = np.zeros(TICK_SAMPLES, np.int16)


class DriftingCall:
    """The hardware of the call, and what its queues hold."""

    def __init__(self, library: FakeAudio, microphone: Microphone, speaker: Speaker) -> None:
        self._library = library
        self._microphone = microphone
        self._speaker = speaker

    async def capture(self, ppm: float) -> None:
        """Capture blocks for ever, by a clock that is ``ppm`` fast."""
        stream = self._stream(Direction.INPUT)
        await _each_block(ppm, stream.capture_silence)

    async def play(self, ppm: float) -> None:
        """Play blocks for ever, by a clock that is ``ppm`` fast."""
        stream = self._stream(Direction.OUTPUT)
        await _each_block(ppm, stream.play)

    async def figures(self, until: float) -> dict[str, JSON]:
        """Return the memory at ``until`` seconds of the call, and the depths before it."""
        now = asyncio.get_running_loop().time
        await asyncio.sleep(until - _MEASURED_SECONDS - (now() - BEGINNING))
        microphone: list[float] = []
        speaker: list[float] = []
        while now() - BEGINNING < until:
            microphone.append(self._microphone.statistics.queued_ms)
            speaker.append(1000 * (self._speaker.statistics.queued or 0.0))
            await asyncio.sleep(0.1)
        return {
            "memory_mb": psutil.Process().memory_info().rss / 1e6,
            "microphone_ms": float(np.mean(microphone)),
            "speaker_ms": float(np.mean(speaker)),
        }

    def _stream(self, direction: Direction) -> FakeStream:
        return next(
            stream
            for stream in self._library.open_streams
            if stream.settings.direction is direction
        )


async def call(seconds: float, microphone_ppm: float, speaker_ppm: float) -> dict[str, JSON]:
    """Hold the call; return what it held."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, HurryingLoop)
    library = FakeAudio([BUILT_IN])
    session = Session(loop.time)
    stream = session.mixer.add_stream(
        ExternalAudioStreamConfig(CALL_FORMAT.sample_rate, CALL_FORMAT.channels), live=True
    )
    async with DeviceThread(lambda: library) as thread:
        microphone = Microphone(thread, stream, clock=loop.time)
        speaker = Speaker(thread)
        with loop.standing():
            await speaker.open()
            await microphone.open()
        session.play_into(speaker)
        async with session.setting_up():
            await session.connect(NullBackend(loop.time, _says))
        held = DriftingCall(library, microphone, speaker)
        hardware = [
            asyncio.ensure_future(held.capture(microphone_ppm)),
            asyncio.ensure_future(held.play(speaker_ppm)),
        ]
        first = await held.figures(MINUTE)
        last = await held.figures(seconds)
        for task in hardware:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await session.close()
        found: dict[str, JSON] = {
            "first": first,
            "last": last,
            "speaker_underruns": speaker.statistics.underruns,
            "microphone_refills": microphone.statistics.refills,
            "microphone_drift_ppm": microphone.statistics.drift_ppm,
            "speaker_drift_ppm": speaker.statistics.drift_ppm,
        }
        with loop.standing():
            await microphone.close()
            await speaker.close()
            await thread.close()
    return found


async def _each_block(ppm: float, move: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        move()
        due += _BLOCK_SECONDS / (1 + ppm * 1e-6)
        await asyncio.sleep(due - loop.time())


def _says(tick: int) -> Pcm:
    """Speak for two seconds, and be silent for two."""
    return _VOICE if tick // _TURN_TICKS % 2 else _SILENCE


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=HurryingLoop) as runner:
        print(json.dumps(runner.run(call(*(float(argument) for argument in sys.argv[1:4])))))
