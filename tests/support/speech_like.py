"""A synthetic signal with what a speech codec looks for: pitch, harmonics, syllables."""

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm


def speech_like(ticks: int) -> Pcm:
    """Return ``ticks`` × 20 ms of a voiced sound, int16 of shape ``(n,)`` at 48 kHz."""
    time = np.arange(ticks * TICK_SAMPLES) / SAMPLE_RATE
    pitch = 2 * np.pi * np.cumsum(130 + 25 * np.sin(2 * np.pi * 0.9 * time)) / SAMPLE_RATE
    voice = sum(np.sin(k * pitch) / k for k in range(1, 20))
    syllables = np.maximum(np.sin(2 * np.pi * 3 * time), 0.05)  # a steady sound is no voice
    return (6_000 * syllables * voice).astype(np.int16)


def ticks_of(pcm: Pcm) -> list[Pcm]:
    """Cut PCM of whole ticks into its ticks."""
    return list(pcm.reshape(-1, TICK_SAMPLES))


def correlation(one: Pcm, other: Pcm) -> float:
    """Return the normalised correlation, −1 to 1, over the length that both have."""
    length = min(len(one), len(other))
    a, b = one[:length].astype(np.float64), other[:length].astype(np.float64)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))
