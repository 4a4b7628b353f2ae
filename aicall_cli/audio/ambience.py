"""Background sounds, generated: loops without a seam, the same in every call.

Each is noise whose spectrum has the shape of what it stands for, with a few short sounds in
it. A loop's parts are made on a circle, by the inverse transform of random phases and by
positions that wrap round, so that its end goes on into its beginning.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm

LOOP_SECONDS: Final = 8
LOUDEST_DBFS: Final = -51.0
"""The level of a loop's loudest tick: below it a voice detector and a playout hear silence."""

_Signal: TypeAlias = NDArray[np.float64]
_SAMPLES: Final = LOOP_SECONDS * SAMPLE_RATE
_FREQUENCIES: Final = np.fft.rfftfreq(_SAMPLES, 1 / SAMPLE_RATE)


@cache
def ambience(name: str) -> Pcm:
    """Return the loop of that name, int16 ``(n,)``; KeyError for another than AMBIENCES."""
    signal = _MAKERS[name](np.random.default_rng(sum(name.encode())))
    ticks = signal.reshape(-1, TICK_SAMPLES)
    loudest = float(np.sqrt((ticks**2).mean(axis=1)).max())
    loop = signal * (32768 * 10 ** (LOUDEST_DBFS / 20) / loudest)
    return np.rint(np.clip(loop, -32768, 32767)).astype(np.int16)


class AmbientSound:
    """A loop as it is played, at ``volume`` per cent."""

    def __init__(self, loop: Pcm, volume: float = 100.0) -> None:
        self.gain = volume / 100
        self._loop = loop
        self._position = 0

    def take(self, samples: int) -> Pcm:
        """Return the next ``samples``."""
        at = np.arange(self._position, self._position + samples)
        self._position = (self._position + samples) % len(self._loop)
        return self._loop.take(at, mode="wrap")


def _rain(chance: np.random.Generator) -> _Signal:
    """A hiss, and drops close by."""
    drops = _strewn(chance, 60, lambda: _burst(chance, 0.004, chance.uniform(1500, 5000)))
    return _noise(chance, 400, 9000) + 0.5 * drops


def _office(chance: np.random.Generator) -> _Signal:
    """An air conditioner, and somebody who types."""
    keys = _strewn(chance, 24, lambda: _burst(chance, 0.008, chance.uniform(1800, 3000)))
    return _noise(chance, 60, 350) + 0.2 * _noise(chance, 350, 2500) + 0.8 * keys


def _cafe(chance: np.random.Generator) -> _Signal:
    """A murmur of many, and crockery."""
    voices = [_noise(chance, 150, 900) * (1 + _noise(chance, 0.5, 5)) for _ in range(4)]
    cups = _strewn(chance, 6, lambda: _burst(chance, 0.05, chance.uniform(2500, 4500)))
    return np.asarray(sum(voices)) / 2 + 0.4 * cups


_MAKERS: Final[Mapping[str, Callable[[np.random.Generator], _Signal]]] = {
    "cafe": _cafe,
    "office": _office,
    "rain": _rain,
}
AMBIENCES: Final = tuple(_MAKERS)
"""The names of the sounds that there are."""


def _noise(chance: np.random.Generator, low: float, high: float) -> _Signal:
    """Return noise of RMS 1 from ``low`` to ``high`` Hz that falls by 3 dB an octave."""
    band = 1 / (1 + (low / np.maximum(_FREQUENCIES, 0.1)) ** 4) / (1 + (_FREQUENCIES / high) ** 4)
    phases = np.exp(2j * np.pi * chance.random(len(_FREQUENCIES)))
    signal = np.fft.irfft(band / np.sqrt(np.maximum(_FREQUENCIES, 0.1)) * phases, _SAMPLES)
    return np.asarray(signal / np.sqrt((signal**2).mean()))


def _burst(chance: np.random.Generator, seconds: float, frequency: float) -> _Signal:
    """Return a short sound around ``frequency`` Hz that decays."""
    time = np.arange(round(6 * seconds * SAMPLE_RATE)) / SAMPLE_RATE
    rough = chance.standard_normal(len(time)) * 0.3
    decay = np.minimum(time / 0.001, 1.0) * np.exp(-time / seconds)
    return np.asarray((np.sin(2 * np.pi * frequency * time) + rough) * decay)


def _strewn(chance: np.random.Generator, times: int, sound: Callable[[], _Signal]) -> _Signal:
    """Return ``times`` sounds of different loudness anywhere in the loop."""
    signal = np.zeros(_SAMPLES)
    for _ in range(times):
        piece = sound() * chance.uniform(0.3, 1.0)
        at = chance.integers(_SAMPLES) + np.arange(len(piece))
        signal[at % _SAMPLES] += piece
    return signal
