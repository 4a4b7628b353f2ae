"""Generated audio: pure functions of the sample position, so blocks join without a seam."""

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import Pcm

FULL_SCALE = 32767
NOISE_BLOCK = 4096
"""Samples drawn from one seeded generator."""


def tone(frequency: float, start_sample: int, n: int, rate: int, amplitude: float = 0.5) -> Pcm:
    """Return samples ``start_sample … start_sample + n`` of a sine, int16 ``(n,)``.

    ``frequency`` in Hz, ``rate`` in samples per second, ``amplitude`` 0…1 of full scale.
    """
    position = np.arange(start_sample, start_sample + n, dtype=np.float64)
    cycles = (position * frequency) % rate / rate
    return _to_pcm(amplitude * np.sin(2 * np.pi * cycles))


def noise(seed: int, start_sample: int, n: int, amplitude: float = 0.1) -> Pcm:
    """Return samples ``start_sample … start_sample + n`` of white noise, int16 ``(n,)``.

    Uniform between ``-amplitude`` and ``amplitude`` (0…1 of full scale), the same for the
    same seed and position.
    """
    if n <= 0:
        return np.zeros(0, dtype=np.int16)
    first = start_sample // NOISE_BLOCK
    last = (start_sample + n - 1) // NOISE_BLOCK
    blocks = [
        np.random.default_rng((seed, index)).uniform(-1.0, 1.0, NOISE_BLOCK)
        for index in range(first, last + 1)
    ]
    skipped = start_sample - first * NOISE_BLOCK
    return _to_pcm(amplitude * np.concatenate(blocks)[skipped : skipped + n])


def _to_pcm(signal: NDArray[np.float64]) -> Pcm:
    return np.rint(np.clip(signal, -1.0, 1.0) * FULL_SCALE).astype(np.int16)
