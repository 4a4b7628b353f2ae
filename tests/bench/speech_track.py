"""A track of speech paced as aiortc's own ``AudioStreamTrack`` is."""

import asyncio
from fractions import Fraction
from itertools import count

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.clock import perf_clock


class SpeechTrack(MediaStreamTrack):
    """Yields ticks of mono 48 kHz PCM, over and over, each 20 ms after the one before."""

    kind = "audio"

    def __init__(self, speech: list[Pcm]) -> None:
        super().__init__()
        self._speech = speech
        self._ticks = count()
        self._start = 0.0

    async def recv(self) -> AudioFrame:
        """Sleep until the next tick and return its frame."""
        if self.readyState != "live":
            raise MediaStreamError
        tick = next(self._ticks)
        if tick == 0:
            self._start = perf_clock()
        else:
            await asyncio.sleep(self._start + tick * TICK_SECONDS - perf_clock())
        pcm = self._speech[tick % len(self._speech)]
        frame = AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.pts = tick * TICK_SAMPLES
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        return frame
