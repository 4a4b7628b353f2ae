"""Holds the queue between two clocks at one depth, by resampling 48 kHz to 48 kHz ± 0.5 %.

Whoever fills the queue passes each block through here, with the queue's fill, and puts what
comes out into it: a microphone before the call's ticks, the ticks before a speaker.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from aicall_cli.audio.drift_controller import DriftController
from aicall_cli.audio.fade import fade_in
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.mix import saturate
from aicall_cli.audio.resampler import HALF_WIDTH, PHASES, filter_bank

DEFAULT_TARGET_FILL = SAMPLE_RATE * 30 // 1000
"""30 ms: a tick of 20 ms and a device that is 10 ms late find their audio there."""


class DriftResampler:
    """Turns blocks of mono 48 kHz PCM into blocks a little shorter or longer.

    A queue that ran dry is filled at once instead of slowly: ``target_fill`` samples of
    silence come before the block. One that holds far too much is squeezed at 0.5 %, which
    takes 2 s for every 10 ms: who cannot wait for that empties it.
    """

    def __init__(self, target_fill: int = DEFAULT_TARGET_FILL) -> None:
        self._target = target_fill
        self._controller = DriftController(target_fill)
        self._bank = filter_bank(1, 1, PHASES)
        self._history: NDArray[np.float64] = np.zeros(HALF_WIDTH - 1)
        self._position = 0.0
        self._refills = 0

    @property
    def lookahead(self) -> int:
        """Samples that must follow a sample before it can come out."""
        return HALF_WIDTH

    @property
    def drift_ppm(self) -> float:
        """By how much the filling clock is estimated to be faster, in parts per million."""
        return self._controller.drift * 1e6

    @property
    def has_learnt(self) -> bool:
        """Whether the estimate of the drift can be told to people: not in the first minute."""
        return self._controller.has_learnt

    @property
    def refills(self) -> int:
        """How often the queue had run dry, its first filling included."""
        return self._refills

    def process(self, pcm: Pcm, fill: int | None) -> Pcm:
        """Return what is to be queued for ``pcm`` when the queue holds ``fill`` samples.

        None is a queue that nobody drains at present: only the known drift is corrected.
        """
        if fill is None:
            self._controller.restart()
            return self._resample(pcm, self._controller.drift)
        if fill <= 0:
            return self._refill(pcm)
        return self._resample(pcm, self._controller.update(fill, len(pcm)))

    def _refill(self, pcm: Pcm) -> Pcm:
        self._refills += 1
        self._controller.restart()
        # What was before the gap would come out after it, and click.
        self._history = np.zeros(HALF_WIDTH - 1)
        self._position = 0.0
        sound = self._resample(fade_in(pcm), self._controller.drift)
        return np.concatenate((np.zeros(self._target, dtype=np.int16), sound))

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
