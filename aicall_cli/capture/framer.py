"""From blocks of any length, rate and channel count to frames that can be pushed."""

from collections.abc import Iterator

import numpy as np

from aicall_cli.audio.format import PUSH_RATES, SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.capture.source import push_samples


class Framer:
    """Cuts blocks of shape ``(n, channels)`` into frames of ``push_ms``.

    A rate that can be pushed is kept, any other becomes 48 kHz; mono and stereo are kept
    where the rate is, everything else becomes mono.
    """

    def __init__(self, source: AudioFormat) -> None:
        rate = source.sample_rate if source.sample_rate in PUSH_RATES else SAMPLE_RATE
        keep = rate == source.sample_rate and source.channels <= 2
        self.format = source if keep else AudioFormat(rate, 1)
        self._resampler = None if keep else StreamResampler(source, rate)
        self._frame_samples = 0
        self._rest: Pcm = np.zeros((0, self.format.channels), dtype=np.int16)
        self._handed_out = 0

    @property
    def position(self) -> float:
        """Seconds of audio in the frames handed out so far."""
        return self.format.seconds(self._handed_out)

    def begin(self, push_ms: int) -> None:
        """Set the length of a frame; raise UsageError for one that cannot be pushed."""
        self._frame_samples = push_samples(self.format, push_ms)

    def add(self, block: Pcm) -> Iterator[AudioFrame]:
        """Yield the whole frames that are there with ``block``."""
        if self._resampler is not None:
            block = self._resampler.process(block)[:, None]
        return self._cut(block)

    def finish(self) -> Iterator[AudioFrame]:
        """Yield what is left; the last frame is as long as it is."""
        if self._resampler is not None:
            yield from self._cut(self._resampler.flush()[:, None])
        if len(self._rest):
            yield self._hand_out(self._rest)
            self._rest = self._rest[:0]

    def _cut(self, block: Pcm) -> Iterator[AudioFrame]:
        samples = np.concatenate((self._rest, block))
        whole = len(samples) - len(samples) % self._frame_samples
        self._rest = samples[whole:]
        for start in range(0, whole, self._frame_samples):
            yield self._hand_out(samples[start : start + self._frame_samples])

    def _hand_out(self, samples: Pcm) -> AudioFrame:
        self._handed_out += len(samples)
        return AudioFrame(samples, self.format)
