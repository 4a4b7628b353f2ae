"""A bounded queue between one writer and one reader that may run on different threads.

There is no lock, because the reader is a device's callback and may never wait. Each side
changes only its own counter, which grows for ever, and the other side only reads it; under
CPython's interpreter lock a counter is never seen half written, and samples are in place
before the counter that announces them.
"""

import numpy as np

from aicall_cli.audio.fade import rise
from aicall_cli.audio.format import SAMPLE_RATE, Pcm

FADE_SECONDS = 0.005
"""How long the sound takes to go or to come back, where it would otherwise click."""


class SampleRing:
    """A ring of mono int16 samples; ``capacity`` in samples, ``sample_rate`` in Hz.

    ``write`` and ``flush`` belong to the writer's thread, ``read_into`` to the reader's.
    """

    def __init__(self, capacity: int, sample_rate: int = SAMPLE_RATE) -> None:
        if capacity < 1:
            raise ValueError(f"a ring needs room for at least one sample, not {capacity}")
        self._ring: Pcm = np.zeros(capacity, dtype=np.int16)
        self._fade_samples = max(round(FADE_SECONDS * sample_rate), 1)
        # The writer's:
        self._written = 0
        self._flushed_to = 0
        # The reader's:
        self._read = 0
        self._silent = True
        self._last = 0
        self._underflows = 0

    @property
    def capacity(self) -> int:
        """The most samples that fit."""
        return len(self._ring)

    @property
    def fill(self) -> int:
        """Samples that were written and will be read."""
        return self._written - max(self._read, self._flushed_to)

    @property
    def underflows(self) -> int:
        """How often the reader ran dry, once for each pause."""
        return self._underflows

    def write(self, pcm: Pcm) -> int:
        """Append ``pcm`` as far as there is room; return how many samples were taken."""
        count = min(len(pcm), self.capacity - (self._written - self._read))
        start = self._written % self.capacity
        head = min(count, self.capacity - start)
        self._ring[start : start + head] = pcm[:head]
        self._ring[: count - head] = pcm[head:count]
        self._written += count
        return count

    def flush(self) -> None:
        """Let nothing be read of what was written so far, but the end of a short fade.

        The reader still fades out over 5 ms from where it stands, or over the one buffer
        that it fills next where that is shorter. Room for writing comes with that read.
        """
        self._flushed_to = self._written

    def read_into(self, buffer: Pcm) -> int:
        """Fill ``buffer``; return how many of its samples were read, silence being the rest.

        Where the sound ends for want of samples it fades out, and it fades in when there are
        samples again.
        """
        position = 0
        flushed_to = self._flushed_to
        if flushed_to > self._read:
            position = self._fade_out_flushed(buffer, flushed_to)
        count = min(self._written - self._read, len(buffer) - position)
        if count:
            self._take(buffer[position : position + count])
            if self._silent:
                _scale(buffer[position : position + min(count, self._fade_samples)], rising=True)
                self._silent = False
            position += count
        buffer[position:] = 0
        if position < len(buffer) and not self._silent:
            self._underflows += 1
            self._end_softly(buffer, position)
            self._silent = True
        self._last = int(buffer[-1])
        return position

    def _fade_out_flushed(self, buffer: Pcm, flushed_to: int) -> int:
        """Put a fading piece of what was flushed first, and leave the rest unread."""
        count = 0
        if not self._silent:
            count = min(self._fade_samples, flushed_to - self._read, len(buffer))
            self._take(buffer[:count])
            _scale(buffer[:count], rising=False)
        self._read = flushed_to
        self._silent = True
        return count

    def _end_softly(self, buffer: Pcm, end: int) -> None:
        """Fade out what ends at ``end``; what is too short decays from its last sample."""
        if end >= self._fade_samples:
            _scale(buffer[end - self._fade_samples : end], rising=False)
            return
        decay = buffer[end : end + self._fade_samples]
        decay[:] = buffer[end - 1] if end else self._last
        _scale(decay, rising=False)

    def _take(self, target: Pcm) -> None:
        start = self._read % self.capacity
        head = min(len(target), self.capacity - start)
        target[:head] = self._ring[start : start + head]
        target[head:] = self._ring[: len(target) - head]
        self._read += len(target)


def _scale(samples: Pcm, *, rising: bool) -> None:
    gain = rise(len(samples))
    samples[:] = samples * (gain if rising else gain[::-1])
