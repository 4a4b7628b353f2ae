"""A run of PCM together with its format: what sources push."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from aicall_cli.audio.format import AudioFormat, Pcm


@dataclass(frozen=True, slots=True, eq=False)
class AudioFrame:
    """Signed 16-bit samples of shape ``(n, channels)`` with their format.

    ``n`` is the true number of samples per channel, however long the buffer was that a
    device or file was asked to fill (seed 000, step 4: ``numSamples``).
    """

    samples: Pcm
    format: AudioFormat

    def __post_init__(self) -> None:
        if self.samples.dtype != np.int16 or self.samples.ndim != 2:
            raise ValueError(
                f"samples must be int16 (n, channels), not {self.samples.dtype} "
                f"{self.samples.shape}"
            )
        if self.samples.shape[1] != self.format.channels:
            raise ValueError(
                f"{self.samples.shape[1]} channels of samples in a "
                f"{self.format.channels}-channel format"
            )

    @classmethod
    def from_bytes(cls, data: bytes, audio_format: AudioFormat) -> Self:
        """Wrap interleaved little-endian s16 bytes; raise ValueError on half a sample."""
        if len(data) % audio_format.bytes_per_frame:
            raise ValueError(
                f"{len(data)} bytes are not a whole number of "
                f"{audio_format.bytes_per_frame}-byte frames"
            )
        samples = np.frombuffer(data, dtype="<i2").reshape(-1, audio_format.channels)
        return cls(samples.astype(np.int16, copy=False), audio_format)

    def __len__(self) -> int:
        return int(self.samples.shape[0])

    @property
    def seconds(self) -> float:
        """How long the frame lasts."""
        return self.format.seconds(len(self))
