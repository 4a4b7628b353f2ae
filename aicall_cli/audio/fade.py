"""Ends and beginnings of audio that do not click; all mono PCM of shape ``(n,)``.

A waveform that is cut off or begins in the middle is a step, which sounds like a click. Five
milliseconds of half a cosine are short enough to be heard as at once, and long enough not to
be heard at all.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import SAMPLE_RATE, Pcm

FADE_SAMPLES = SAMPLE_RATE * 5 // 1000
"""How long a fade takes: 5 ms at 48 kHz."""


def fade_in(pcm: Pcm) -> Pcm:
    """Return ``pcm`` with its first FADE_SAMPLES rising from silence."""
    samples = min(FADE_SAMPLES, len(pcm))
    faded = pcm.copy()
    faded[:samples] = np.rint(pcm[:samples] * rise(samples))
    return faded


def fade_out(pcm: Pcm) -> Pcm:
    """Return ``pcm`` with its first FADE_SAMPLES falling to silence, and silence after them."""
    samples = min(FADE_SAMPLES, len(pcm))
    faded = np.zeros_like(pcm)
    faded[:samples] = np.rint(pcm[:samples] * rise(samples)[::-1])
    return faded


def trail_off(last: Pcm, samples: int) -> Pcm:
    """Return ``samples`` that may follow ``last``, of which there is no continuation.

    ``last`` backwards, which goes on from its last value with the same sound, falling to
    silence over FADE_SAMPLES, or over all of ``last`` where it is shorter.
    """
    tail = fade_out(last[::-1][:FADE_SAMPLES])[:samples]
    return np.concatenate((tail, np.zeros(samples - len(tail), np.int16)))


def crossfade(old: Pcm, new: Pcm) -> Pcm:
    """Return ``new`` whose first FADE_SAMPLES, at most ``len(old)``, come out of ``old``."""
    samples = min(FADE_SAMPLES, len(old), len(new))
    rising = rise(samples)
    faded = new.copy()
    faded[:samples] = np.rint(new[:samples] * rising + old[:samples] * (1.0 - rising))
    return faded


@lru_cache(maxsize=8)
def rise(samples: int) -> NDArray[np.float64]:
    """Return half a cosine from 0 to 1, ``samples`` long, without its end points."""
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(samples) + 0.5) / max(samples, 1))
    ramp.flags.writeable = False
    return ramp
