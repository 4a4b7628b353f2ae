"""How loud both sides of a recording were, as a row of columns over its whole length."""

from collections.abc import Iterable, Sequence

import numpy as np

from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.audio.level import FULL_SCALE, MAX_VOLUME, VOLUME_RANGE_DB

_SIDES = 2
_QUIETEST = 10.0 ** (-VOLUME_RANGE_DB / 20.0)


def waveform(
    blocks: Iterable[Pcm], samples: int, columns: int
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the caller's and the agent's loudness in each of ``columns``, 0 to 255.

    ``blocks`` are consecutive int16 of shape ``(n, 2)``, ``samples`` in all. A column is as
    loud as its loudest 20 ms (``audio.level.volume``): so one word is seen in an hour.
    """
    loudest = np.zeros((columns, _SIDES), np.int64)
    rest: Pcm = np.zeros((0, _SIDES), np.int16)
    ticks = 0
    for block in blocks:
        pcm = np.concatenate((rest, block))
        count = len(pcm) // TICK_SAMPLES
        rest = pcm[count * TICK_SAMPLES :]
        at = (np.arange(ticks, ticks + count) * TICK_SAMPLES * columns) // max(samples, 1)
        whole = pcm[: count * TICK_SAMPLES].reshape(count, TICK_SAMPLES, _SIDES)
        np.maximum.at(loudest, np.minimum(at, columns - 1), _volumes(whole))
        ticks += count
    caller, agent = loudest.T.tolist()
    return caller, agent


def _volumes(ticks: Pcm) -> np.typing.NDArray[np.int64]:
    """Return the volume of each tick and side; ``ticks`` has the shape ``(n, 960, 2)``."""
    amplitude = np.sqrt(np.mean(ticks.astype(np.float64) ** 2, axis=1)) / FULL_SCALE
    share = 1.0 + 20.0 * np.log10(np.maximum(amplitude, _QUIETEST)) / VOLUME_RANGE_DB
    volumes: np.typing.NDArray[np.int64] = np.rint(MAX_VOLUME * np.clip(share, 0.0, 1.0)).astype(
        np.int64
    )
    return volumes
