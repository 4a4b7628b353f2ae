"""Reads recordings back with the standard library, as any player would."""

import wave
from pathlib import Path

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, Pcm


def read_stereo(path: Path) -> Pcm:
    """Return the samples ``(n, 2)`` that the header promises; all of them must be there."""
    with wave.open(str(path), "rb") as file:
        assert file.getnchannels() == 2
        assert file.getsampwidth() == 2
        assert file.getframerate() == SAMPLE_RATE
        promised = file.getnframes()
        data = file.readframes(promised)
    samples = np.frombuffer(data, "<i2").reshape(-1, 2)
    assert len(samples) == promised
    return samples


def ramp(at: int, samples: int) -> Pcm:
    """Return samples that tell their own position: never zero, and 30 011 before they repeat."""
    return (np.arange(at, at + samples) % 30_011 + 1).astype(np.int16)
