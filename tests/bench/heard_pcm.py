"""What one end heard, kept for its waveform."""

from pathlib import Path

import numpy as np

from aicall_cli.audio.format import Pcm


class HeardPcm:
    """Places PCM by its timestamp; what never came is silence."""

    def __init__(self) -> None:
        self._blocks: list[tuple[int, Pcm]] = []

    def add(self, timestamp: int, pcm: Pcm) -> None:
        """Take mono PCM whose first sample stands at ``timestamp``, in samples, unwrapped."""
        self._blocks.append((timestamp, pcm))

    def clear(self) -> None:
        """Forget everything."""
        self._blocks.clear()

    def save(self, path: Path) -> None:
        """Write everything to ``path``, a NumPy file: int16 of shape ``(n,)``."""
        np.save(path, self._pcm())

    def _pcm(self) -> Pcm:
        if not self._blocks:
            return np.zeros(0, np.int16)
        first = min(timestamp for timestamp, _ in self._blocks)
        end = max(timestamp + len(pcm) for timestamp, pcm in self._blocks)
        placed = np.zeros(end - first, np.int16)
        for timestamp, pcm in self._blocks:
            placed[timestamp - first : timestamp - first + len(pcm)] = pcm
        return placed
