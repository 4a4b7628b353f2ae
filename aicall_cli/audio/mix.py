"""Adding streams together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aicall_cli.audio.format import Pcm


def mix(inputs: Sequence[tuple[Pcm, float]], samples: int) -> Pcm:
    """Return the sum of ``(pcm, linear gain)`` inputs, ``samples`` long, saturated to int16.

    A shorter input is followed by silence; a longer one is a ValueError.
    """
    total = np.zeros(samples, dtype=np.float64)
    for pcm, gain in inputs:
        if len(pcm) > samples:
            raise ValueError(f"an input of {len(pcm)} samples does not fit into {samples}")
        total[: len(pcm)] += pcm * gain
    return saturate(total)


def saturate(samples: NDArray[np.float64]) -> Pcm:
    """Round to int16; what is louder than full scale is clipped instead of wrapping round."""
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
