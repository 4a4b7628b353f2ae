"""How much faster or slower a queue must be filled so that it stays at one depth.

Two clocks that claim the same rate differ by some ten parts per million. The queue between
them integrates the difference: at 200 ppm it grows or shrinks by 0.7 s an hour. A
proportional-integral controller turns the measured fill into a correction of the rate: the
integral settles at the clocks' difference, the proportional part brings the fill back.

The queue itself is an integrator, so the loop with gains ``k`` and ``k²/4`` is critically
damped with a time constant of ``2/k``: 20 s here. It is slow on purpose: the fill is measured in
the lumps in which devices deliver, and pitch must not follow these.
"""

from aicall_cli.audio.format import SAMPLE_RATE

MAX_CORRECTION = 0.005
"""The most by which the rate is changed: a twelfth of a semitone."""
MAX_DRIFT = 0.001
"""The most that two clocks are believed to differ: five times what bad ones do."""
PROPORTIONAL_GAIN = 0.1
"""Correction for each second that the fill is off, in 1/s."""
INTEGRAL_GAIN = PROPORTIONAL_GAIN**2 / 4
SMOOTHING_SECONDS = 0.5
"""Of each of two averages of the measured fill, one after the other: many lumps, and short
beside the loop's 20 s. One alone would leave enough of the lumps to be seen beside a tone."""
SETTLING_SECONDS = 2.0
"""Over how long the fill is averaged to see at which depth the queue begins."""
TOLERANCE = 1 / 3
"""How far from the target, as a part of it, the depth may be held at which a queue began: the
lumps of both sides decide it, and a correction would only bend the sound."""
LEARNING_SECONDS = 60.0
"""Three time constants."""


class DriftController:
    """Holds a fill near ``target`` samples of 48 kHz."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._drift = 0.0
        self._seconds = 0.0
        self.restart()

    @property
    def depth(self) -> float | None:
        """The fill in samples that is held; None until it is seen where the queue begins."""
        return self._depth

    @property
    def drift(self) -> float:
        """By how much the filling clock runs faster than the draining one, as a part of 1."""
        return self._drift

    @property
    def has_learnt(self) -> bool:
        """Whether there was time to tell the drift from where the fill began."""
        return self._seconds >= LEARNING_SECONDS

    def restart(self) -> None:
        """The queue begins anew; what is known of the clocks stays."""
        self._depth: float | None = None
        self._settling = 0.0
        self._fill_seconds = 0.0
        self._coarse = self._fill = 0.0

    def update(self, fill: int, samples: int) -> float:
        """Return the correction for the next ``samples``: positive is to be squeezed.

        ``fill`` is what is queued before them. So many samples of input shall become
        ``samples / (1 + correction)`` of output.
        """
        seconds = samples / SAMPLE_RATE
        self._seconds += seconds
        if self._depth is None:
            self._settle(fill, seconds)
            return self._drift
        share = min(seconds / SMOOTHING_SECONDS, 1.0)
        self._coarse += (fill - self._coarse) * share
        self._fill += (self._coarse - self._fill) * share
        return self._correct((self._fill - self._depth) / SAMPLE_RATE, seconds)

    def _settle(self, fill: int, seconds: float) -> None:
        self._settling += seconds
        self._fill_seconds += fill * seconds
        if self._settling >= SETTLING_SECONDS:
            self._coarse = self._fill = self._fill_seconds / self._settling
            reach = self._target * TOLERANCE
            self._depth = min(max(self._fill, self._target - reach), self._target + reach)

    def _correct(self, error: float, seconds: float) -> float:
        wanted = PROPORTIONAL_GAIN * error + self._drift
        if abs(wanted) < MAX_CORRECTION:
            # Not while the correction is at its bound: the integral would run away.
            drift = self._drift + INTEGRAL_GAIN * error * seconds
            self._drift = min(max(drift, -MAX_DRIFT), MAX_DRIFT)
        return min(max(wanted, -MAX_CORRECTION), MAX_CORRECTION)
