"""3A: echo cancellation, noise suppression and gain control, with a high-pass filter.

WebRTC's audio processing module, from the PyPI package ``livekit`` (extra ``aec``). It hears
what the speaker is going to play (``render``), learns how that comes back through the room,
and takes it out of what the microphone heard (``process``), in blocks of 10 ms. Render comes
before capture: an echo is only known when its cause is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.errors import UsageError
from aicall_cli.speech.availability import INSTALL_AEC_HINT, require_echo_canceller

if TYPE_CHECKING:
    from livekit.rtc.apm import AudioProcessingModule
    from livekit.rtc.audio_frame import AudioFrame

BLOCK_SAMPLES = SAMPLE_RATE // 100
"""The module takes exactly 10 ms at a time."""
DELAY_STEP = 0.010
"""A hint that differs by less, in seconds, is the same hint."""
MAX_DELAY = 0.5
"""Seconds from render to capture that the module's own search covers."""


@dataclass(frozen=True, slots=True)
class Processing:
    """What is applied to a stream."""

    echo_cancellation: bool = True
    noise_suppression: bool = True
    gain_control: bool = True
    high_pass_filter: bool = True


@dataclass(frozen=True, slots=True)
class ProcessingStatistics:
    """What was applied to a stream, and to how much of it; times in seconds."""

    applied: Processing
    processed: float
    rendered: float
    delay: float | None
    """From a render to its echo in the capture, as the devices report it; None when unknown."""


class EchoCanceller:
    """One stream's processing; all of it in one thread.

    Importing and creating the first one takes some 0.5 s: ``load`` it before a loop runs.
    """

    def __init__(self, processing: Processing | None = None) -> None:
        """Create it; raise UsageError where the extra is missing or cannot be used here."""
        self._applied = Processing() if processing is None else processing
        self._module = _create(self._applied)
        self._delay: float | None = None
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
        if self._applied.echo_cancellation and (
            self._delay is None or abs(delay - self._delay) >= DELAY_STEP
        ):
            self._delay = delay
            self._module.set_stream_delay_ms(round(delay * 1000))

    def render(self, pcm: Pcm) -> None:
        """Take what will be heard from the speaker: whole blocks of mono 48 kHz, shape ``(n,)``."""
        for block in _blocks(pcm):
            self._module.process_reverse_stream(_frame(block))
        self._rendered += len(pcm)

    def process(self, pcm: Pcm) -> Pcm:
        """Return whole blocks of what the microphone heard without what was rendered."""
        processed = np.empty_like(pcm)
        for index, block in enumerate(_blocks(pcm)):
            frame = _frame(block)
            self._module.process_stream(frame)
            start = index * BLOCK_SAMPLES
            processed[start : start + BLOCK_SAMPLES] = np.frombuffer(frame.data, np.int16)
        self._processed += len(pcm)
        return processed


def load() -> None:
    """Import the module and start its library; raise UsageError where that is not possible."""
    _create(Processing())


def _create(processing: Processing) -> "AudioProcessingModule":
    require_echo_canceller()
    try:
        from livekit.rtc.apm import AudioProcessingModule

        return AudioProcessingModule(
            echo_cancellation=processing.echo_cancellation,
            noise_suppression=processing.noise_suppression,
            auto_gain_control=processing.gain_control,
            high_pass_filter=processing.high_pass_filter,
        )
    except (ImportError, OSError) as error:
        raise UsageError(
            f"the package livekit cannot be used on this machine ({error})",
            hint=INSTALL_AEC_HINT,
        ) from error


def _blocks(pcm: Pcm) -> Iterator[Pcm]:
    if len(pcm) % BLOCK_SAMPLES:
        raise ValueError(f"{len(pcm)} samples are no whole blocks of {BLOCK_SAMPLES}")
    return iter(pcm.reshape(-1, BLOCK_SAMPLES))


def _frame(block: Pcm) -> "AudioFrame":
    from livekit.rtc.audio_frame import AudioFrame

    # The module writes into the frame: a buffer of its own, and one that can be written.
    return AudioFrame(bytearray(block.tobytes()), SAMPLE_RATE, 1, BLOCK_SAMPLES)
