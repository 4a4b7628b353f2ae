"""What recorded sound holds, and waiting for what the world does."""

import asyncio
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import SAMPLE_RATE, Pcm

_POLL_SECONDS = 0.01
_PIECE = SAMPLE_RATE // 100


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait until ``condition`` holds; return how long that took, in seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(seconds):
        while True:
            if condition():
                return loop.time() - began
            await asyncio.sleep(_POLL_SECONDS)


def loud_seconds(pcm: Pcm, level: int = 1000) -> float:
    """Return for how long, in steps of 10 ms, something is heard."""
    pieces = pcm[: len(pcm) // _PIECE * _PIECE].reshape(-1, _PIECE)
    return float(np.count_nonzero(np.abs(pieces).max(axis=1) > level)) * _PIECE / SAMPLE_RATE


def loud_part(pcm: Pcm, level: int = 1000) -> Pcm:
    """Return ``pcm`` from the first to the last sample that is heard."""
    loud = np.flatnonzero(np.abs(pcm) > level)
    return pcm[loud[0] : loud[-1] + 1] if len(loud) else pcm[:0]


def steepest(pcm: Pcm) -> int:
    """Return the largest step from a sample to the next."""
    return int(np.abs(np.diff(pcm.astype(int), prepend=0, append=0)).max(initial=0))


def likeness(heard: Pcm, original: Pcm) -> float:
    """Return the middle correlation of the loud quarters of a second of ``original``.

    Each is looked for in all of ``heard``: a gap counts only for what it falls into, and two
    clocks that differ a little do not count at all.
    """
    size = SAMPLE_RATE // 4
    pieces = [original[start : start + size] for start in range(0, len(original), size)]
    loudest = max(float(np.abs(piece).max()) for piece in pieces)
    loud = [piece for piece in pieces if np.abs(piece).max() > loudest / 4]
    return float(np.median([_correlation(heard, piece.astype(float)) for piece in loud]))


def _correlation(heard: Pcm, piece: NDArray[np.float64]) -> float:
    size = len(heard) + len(piece)
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size))
    lag = int(np.argmax(np.fft.irfft(spectrum, size)[: len(heard)]))
    found = heard[lag : lag + len(piece)].astype(float)
    norms = np.linalg.norm(found) * np.linalg.norm(piece)
    return float(found @ piece[: len(found)] / norms) if norms else 0.0
