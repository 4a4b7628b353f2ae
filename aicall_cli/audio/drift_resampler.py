"""Holds the queue between two clocks at one depth, by resampling 48 kHz to 48 kHz ± 0.5 %.

Whoever fills the queue passes each block through here, with the queue's fill, and puts what
comes out into it: a microphone before the call's ticks, the ticks before a speaker.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from aicall_cli.audio.drift_controller import DriftController
from aicall_cli.audio.fade import FADE_SAMPLES, fade_in, fade_out
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.mix import saturate
from aicall_cli.audio.resampler import HALF_WIDTH, PHASES, filter_bank

DEFAULT_TARGET_FILL = SAMPLE_RATE * 30 // 1000
"""30 ms: a tick of 20 ms and a device that is 10 ms late find their audio there."""
EXCESS_SAMPLES = SAMPLE_RATE * 60 // 1000
"""Beyond the target. At 0.5 % it would take 12 s to squeeze away so much."""


class DriftResampler:
    """Turns blocks of mono 48 kHz PCM into blocks a little shorter or longer.

    Two things are mended at once instead of slowly: a queue that ran dry gets silence up to
    ``target_fill`` before the block, and one that holds 60 ms more than that loses the excess
    from the next blocks. Both fade, and are counted.
    """

    def __init__(self, target_fill: int = DEFAULT_TARGET_FILL) -> None:
        self._target = target_fill
        self._controller = DriftController(target_fill)
        self._bank = filter_bank(1, 1, PHASES)
        self._history: NDArray[np.float64] = np.zeros(HALF_WIDTH - 1)
        self._position = 0.0
        self._cutting = False
        self._excess = 0
        self._refills = 0
        self._cut_samples = 0

    @property
    def drift_ppm(self) -> float:
        """By how much the filling clock is estimated to be faster, in parts per million."""
        return self._controller.drift * 1e6

    @property
    def refills(self) -> int:
        """How often the queue had run dry, its first filling included."""
        return self._refills

    @property
    def cut_samples(self) -> int:
        """Samples that were cut out because the queue held too many."""
        return self._cut_samples

    def process(self, pcm: Pcm, fill: int) -> Pcm:
        """Return what is to be queued for ``pcm`` when the queue holds ``fill`` samples."""
        if fill <= 0:
            return self._refill(pcm)
        correction = self._controller.update(fill, len(pcm))
        if not self._cutting and self._controller.fill > self._target + EXCESS_SAMPLES:
            self._cutting = True
            self._excess = round(self._controller.fill) - self._target
            # The sound ends in this block; what follows is cut.
            return self._resample(self._cut(pcm, fade_out(pcm)[:FADE_SAMPLES]), correction)
        if self._cutting:
            pcm = fade_in(self._cut(pcm, pcm[self._excess :]))
            self._cutting = not len(pcm)
        return self._resample(pcm, correction)

    def _refill(self, pcm: Pcm) -> Pcm:
        self._refills += 1
        self._cutting = False
        self._controller.restart()
        sound = self._resample(fade_in(pcm), self._controller.drift)
        return np.concatenate((np.zeros(self._target, dtype=np.int16), sound))

    def _cut(self, pcm: Pcm, kept: Pcm) -> Pcm:
        gone = len(pcm) - len(kept)
        self._cut_samples += gone
        self._excess = max(self._excess - gone, 0)
        self._controller.restart()
        return kept

    def _resample(self, pcm: Pcm, correction: float) -> Pcm:
        """Weigh a window for each output by the two rows of the bank next to its position."""
        self._history = np.concatenate((self._history, pcm))
        bases = len(self._history) - 2 * HALF_WIDTH + 1
        if bases < 1:
            return np.zeros(0, dtype=np.int16)
        step = 1.0 + correction
        # The hair keeps a position that is rounded up from being the base after the last.
        count = int((bases - 1e-9 - self._position) / step) + 1
        positions = self._position + step * np.arange(count)
        base = positions.astype(np.int64)
        row = (positions - base) * PHASES
        phase = row.astype(np.int64)
        windows = sliding_window_view(self._history, 2 * HALF_WIDTH)[base]
        low = np.einsum("ij,ij->i", windows, self._bank[phase])
        high = np.einsum("ij,ij->i", windows, self._bank[phase + 1])
        self._advance(self._position + step * count)
        return saturate(low + (row - phase) * (high - low))

    def _advance(self, position: float) -> None:
        whole = int(position)
        self._history = self._history[whole:]
        self._position = position - whole
