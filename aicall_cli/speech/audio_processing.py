"""WebRTC's audio processing module, from the PyPI package ``livekit`` (extra ``aec``).

The one place that touches the package. It is imported when it is first used: with its
library's start that takes some 0.5 s, which ``echo_canceller.load`` does before a loop runs.
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


@dataclass(frozen=True, slots=True)
class Processing:
    """What is applied to a stream."""

    echo_cancellation: bool = True
    noise_suppression: bool = True
    gain_control: bool = True
    high_pass_filter: bool = True


class AudioProcessing:
    """One module; all of it in one thread, and all PCM mono 48 kHz in whole blocks."""

    def __init__(self, processing: Processing) -> None:
        """Create it; raise UsageError where the extra is missing or cannot be used here."""
        self._module = _create(processing)

    def render(self, pcm: Pcm) -> None:
        """Take what a speaker is going to play."""
        for block in blocks(pcm):
            self._module.process_reverse_stream(_frame(block))

    def process(self, pcm: Pcm) -> Pcm:
        """Return what a microphone heard, processed."""
        processed = np.empty_like(pcm)
        for index, block in enumerate(blocks(pcm)):
            frame = _frame(block)
            self._module.process_stream(frame)
            start = index * BLOCK_SAMPLES
            processed[start : start + BLOCK_SAMPLES] = np.frombuffer(frame.data, np.int16)
        return processed

    def set_delay(self, seconds: float) -> None:
        """Say how long after its ``render`` a sound comes to ``process``; cancels echoes only."""
        self._module.set_stream_delay_ms(round(seconds * 1000))


def blocks(pcm: Pcm) -> Iterator[Pcm]:
    """Return the blocks of ``(n,)``; a part of one is a ValueError."""
    if len(pcm) % BLOCK_SAMPLES:
        raise ValueError(f"{len(pcm)} samples are no whole blocks of {BLOCK_SAMPLES}")
    return iter(pcm.reshape(-1, BLOCK_SAMPLES))


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


def _frame(block: Pcm) -> "AudioFrame":
    from livekit.rtc.audio_frame import AudioFrame

    # The module writes into the frame: a buffer of its own, and one that can be written.
    return AudioFrame(bytearray(block.tobytes()), SAMPLE_RATE, 1, BLOCK_SAMPLES)
