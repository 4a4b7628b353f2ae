"""How well a waveform survived: shift, correlation, holes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import SAMPLE_RATE, Pcm

Samples = NDArray[np.float64]

MAX_LAG_SECONDS = 10.0
_STEP = SAMPLE_RATE // 200
_STEP_MS = 1000 * _STEP / SAMPLE_RATE
_AUDIBLE = 300.0
"""RMS, about −40 dBFS, above which the reference is something that can be missed."""
_MISSING = 0.1
"""Share of the reference's RMS, −20 dB, below which it is missed."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The reference found in what was heard."""

    lag_seconds: float
    """How much of what was heard came before the reference."""
    correlation: float
    """Normalised, over the whole of the reference."""
    longest_gap_ms: float
    """The longest time in which the reference is audible and what was heard is not."""


def align(reference: Pcm, heard: Pcm) -> Alignment:
    """Find ``reference`` in ``heard``, both mono at 48 kHz; what is missing is silence."""
    sent = reference.astype(np.float64)
    lag = _lag(sent, heard.astype(np.float64))
    arrived = np.zeros_like(sent)
    overlap = heard[lag : lag + len(sent)]
    arrived[: len(overlap)] = overlap
    energy = np.sqrt((sent @ sent) * (arrived @ arrived))
    return Alignment(
        lag_seconds=lag / SAMPLE_RATE,
        correlation=float(sent @ arrived / energy) if energy else 0.0,
        longest_gap_ms=_longest_gap_ms(sent, arrived),
    )


def _lag(reference: Samples, heard: Samples) -> int:
    """Return the shift, from none to the longest allowed, with the highest correlation."""
    size = len(reference) + len(heard)
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(reference, size))
    lags = round(MAX_LAG_SECONDS * SAMPLE_RATE)
    return int(np.argmax(np.fft.irfft(product, size)[:lags]))


def _longest_gap_ms(reference: Samples, arrived: Samples) -> float:
    loudness, left = _loudness(reference), _loudness(arrived)
    missing = (loudness > _AUDIBLE) & (left < _MISSING * loudness)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], missing.astype(np.int8), [0]))))
    runs = edges[1::2] - edges[::2]
    return float(runs.max() * _STEP_MS) if len(runs) else 0.0


def _loudness(samples: Samples) -> Samples:
    """Return the RMS of each 5 ms."""
    steps = samples[: len(samples) // _STEP * _STEP].reshape(-1, _STEP)
    loudness: Samples = np.sqrt(np.mean(steps**2, axis=1))
    return loudness
