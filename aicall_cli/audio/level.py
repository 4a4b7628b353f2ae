"""How loud PCM is: amplitudes from 0 to 1 of full scale, decibels, and a vendor's scale.

All functions take int16 PCM of any shape; no samples at all are silence.
"""

from math import log10, sqrt

import numpy as np

from aicall_cli.audio.format import Pcm

FULL_SCALE = 32_768
SILENCE_DBFS = -96.0
"""What digital silence, minus infinity, is reported as: below one step of 16 bits."""
MAX_VOLUME = 255
VOLUME_RANGE_DB = 60.0
"""Decibels below full scale at which the volume is 0."""


def rms(pcm: Pcm) -> float:
    """Return the root mean square amplitude, 0 to 1; a full-scale square wave has 1."""
    if pcm.size == 0:
        return 0.0
    samples = pcm.ravel().astype(np.float64)
    return sqrt(float(samples @ samples) / samples.size) / FULL_SCALE


def peak(pcm: Pcm) -> float:
    """Return the largest amplitude, 0 to 1."""
    if pcm.size == 0:
        return 0.0
    # The negation of -32768 does not fit int16.
    return max(int(pcm.max()), -int(pcm.min())) / FULL_SCALE


def dbfs(amplitude: float) -> float:
    """Return an amplitude in decibels relative to full scale, at least SILENCE_DBFS."""
    if amplitude <= 0.0:
        return SILENCE_DBFS
    return max(20.0 * log10(amplitude), SILENCE_DBFS)


def volume(pcm: Pcm) -> int:
    """Return the loudness as AICallKit reports it in onVoiceVolumeChanged, 0 to 255.

    The range is the vendor's (seed 001, onVoiceVolumeChanged); how it grows is not
    documented. Here it is linear in decibels, as loudness is heard.
    """
    share = 1.0 + dbfs(rms(pcm)) / VOLUME_RANGE_DB
    return round(MAX_VOLUME * min(max(share, 0.0), 1.0))
