"""3A: echo cancellation, noise suppression and gain control, with a high-pass filter.

It hears what the speaker is going to play (``render``), learns how that comes back through
the room, and takes it out of what the microphone heard (``process``). Render comes before
capture: an echo is only known when its cause is.
"""

from dataclasses import dataclass, replace

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import dbfs, rms
from aicall_cli.speech.audio_processing import (
    BLOCK_SAMPLES,
    AudioProcessing,
    Processing,
    blocks,
)
from aicall_cli.speech.gain_control import GainControl

DELAY_STEP = 0.010
"""A hint that differs by less, in seconds, is the same hint."""
MAX_DELAY = 0.5
"""Seconds from render to capture that the module's own search covers."""
ECHO_SECONDS = 0.3
"""How long a room goes on to sound after its delay."""
AUDIBLE_DBFS = -50.0
"""RMS of a block, dB of full scale, whose echo nobody hears any more."""


@dataclass(frozen=True, slots=True)
class ProcessingStatistics:
    """What was applied to a stream, and to how much of it; times in seconds."""

    applied: Processing
    processed: float
    rendered: float
    delay: float | None
    """From a render to its echo in the capture, as the devices report it; None when unknown."""


class EchoCanceller:
    """One stream's processing; all of it in one thread, and all PCM in blocks of 10 ms."""

    def __init__(self, processing: Processing | None = None) -> None:
        """Create it; raise UsageError where the extra is missing or cannot be used here."""
        self._applied = applied = Processing() if processing is None else processing
        self._module = AudioProcessing(replace(applied, gain_control=False))
        self._gain = GainControl() if applied.gain_control else None
        self._delay: float | None = None
        self._echo_samples = 0
        """Of what comes next, so many may hold an echo."""
        self._processed = 0
        self._rendered = 0

    @property
    def statistics(self) -> ProcessingStatistics:
        """A snapshot of the figures."""
        return ProcessingStatistics(
            applied=self._applied,
            processed=self._processed / SAMPLE_RATE,
            rendered=self._rendered / SAMPLE_RATE,
            delay=self._delay,
        )

    def set_delay(self, seconds: float) -> None:
        """Say how long after its ``render`` a sound comes back to ``process``, without the room.

        A hint: the module finds the true delay by itself, sooner with a good one.
        """
        delay = min(max(seconds, 0.0), MAX_DELAY)
        if self._delay is None or abs(delay - self._delay) >= DELAY_STEP:
            self._delay = delay
            if self._applied.echo_cancellation:
                self._module.set_delay(delay)

    def render(self, pcm: Pcm) -> None:
        """Take what will be heard from the speaker: whole blocks of mono 48 kHz, shape ``(n,)``."""
        self._module.render(pcm)
        self._rendered += len(pcm)
        if dbfs(rms(pcm)) >= AUDIBLE_DBFS:
            self._echo_samples = round((ECHO_SECONDS + (self._delay or 0.0)) * SAMPLE_RATE)

    def process(self, pcm: Pcm) -> Pcm:
        """Return whole blocks of what the microphone heard without what was rendered."""
        cleaned = self._module.process(pcm)
        self._processed += len(pcm)
        if self._gain is None or not len(pcm):
            return cleaned
        return np.concatenate([self._control(self._gain, block) for block in blocks(cleaned)])

    def _control(self, gain: GainControl, block: Pcm) -> Pcm:
        echo = self._echo_samples > 0
        self._echo_samples -= BLOCK_SAMPLES if echo else 0
        return gain.process(block, rest=echo)


def load() -> None:
    """Import and start what cancels, before a loop runs; raise UsageError where it cannot be."""
    EchoCanceller()
