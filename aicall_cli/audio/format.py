"""Sample formats, and the one format that a call's media has inside aicall."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
"""Signed 16-bit samples. Inside a call: shape ``(n,)``, mono, 48 kHz."""

SAMPLE_RATE = 48_000
"""Samples per second of a call's media, as Opus over RTP has it (RFC 7587 §4.1)."""
TICK_SECONDS = 0.020
TICK_SAMPLES = 960
"""Samples in one 20 ms tick at 48 kHz."""

BYTES_PER_SAMPLE = 2
PUSH_RATES = (8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000)
"""Rates in Hz at which an external audio stream accepts frames (``aicallkit`` Linux wrapper)."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """Rate in Hz and number of interleaved channels of signed 16-bit PCM.

    Raises ValueError unless both are at least 1; what a stream or a device can do with them
    is theirs to say.
    """

    sample_rate: int
    channels: int

    def __post_init__(self) -> None:
        if self.sample_rate < 1 or self.channels < 1:
            raise ValueError(f"no audio has {self.channels} channels at {self.sample_rate} Hz")

    @property
    def bytes_per_frame(self) -> int:
        """Bytes of one sample of every channel."""
        return self.channels * BYTES_PER_SAMPLE

    def samples(self, seconds: float) -> int:
        """Return the number of samples per channel in ``seconds``."""
        return round(seconds * self.sample_rate)

    def seconds(self, samples: int) -> float:
        """Return how long ``samples`` per channel last, in seconds."""
        return samples / self.sample_rate


CALL_FORMAT = AudioFormat(SAMPLE_RATE, 1)
