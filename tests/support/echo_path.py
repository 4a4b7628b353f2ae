"""A simulated room: what a microphone hears of a speaker, and of who speaks into it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.mix import saturate

Samples = NDArray[np.float64]

NOISE_RMS = 3.0
"""A microphone's own noise, in steps of 16 bits: −81 dB of full scale."""


@dataclass
class EchoPath:
    """Delay, a decaying impulse response of the room, noise of the microphone.

    ``play`` what the speaker gets, block by block; ``hear`` what the microphone has meanwhile.
    """

    delay: float = 0.120
    """Seconds from the write to the loudspeaker to the microphone's sample."""
    decay: float = 0.020
    """Seconds in which the room's answer falls to 1/e; it is 0.1 s long."""
    gain: float = 0.3
    """RMS of the echo over that of what is played: −10 dB, a loudspeaker on the table."""
    seed: int = 1
    echo: list[Samples] = field(default_factory=list)
    """What of each block was echo alone."""

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)
        length = SAMPLE_RATE // 10
        fall = np.exp(-np.arange(length) / (self.decay * SAMPLE_RATE))
        room = self._random.standard_normal(length) * fall
        room[0] = 3.0  # the direct way
        self._room: Samples = self.gain * room / np.sqrt(room @ room)
        self._played: Samples = np.zeros(round(self.delay * SAMPLE_RATE) + length)

    def play(self, pcm: Pcm) -> None:
        """Give the speaker a block."""
        self._played = np.concatenate((self._played, pcm.astype(np.float64)))

    def hear(self, near: Pcm) -> Pcm:
        """Return what the microphone has of the oldest unheard block, and ``near`` on top."""
        samples, reach = len(near), len(self._room) - 1
        window = self._played[: samples + reach]
        self._played = self._played[samples:]
        echo = np.convolve(window, self._room, mode="valid")
        self.echo.append(echo)
        return saturate(echo + near + NOISE_RMS * self._random.standard_normal(samples))


def decibels(pcm: NDArray[np.int16] | Samples) -> float:
    """Return the mean power in decibels, relative to one step of 16 bits."""
    samples = pcm.astype(np.float64)
    return float(10 * np.log10(samples @ samples / len(samples) + 1e-6))
