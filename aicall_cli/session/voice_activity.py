"""One side's voice, as the taps hear it: level now, and when it spoke."""

from collections.abc import Callable

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.level import volume
from aicall_cli.engine.transcript import MeasuredVoice
from aicall_cli.speech.voice_detector import VoiceDetector, VoiceStarted

UTTERANCE_PAUSE = 0.4
"""Seconds of silence within one utterance: what an agent waits by default before it answers."""


class VoiceActivity:
    """A level meter and a voice detector on one side's audio.

    ``on_started(at)`` and ``on_ended(last_voice_at)`` get times on the call's axis.
    """

    def __init__(
        self, on_started: Callable[[float], None], on_ended: Callable[[float], None]
    ) -> None:
        self._detector = VoiceDetector(end_silence=UTTERANCE_PAUSE)
        self._on_started = on_started
        self._on_ended = on_ended
        self._last_voice_at = 0.0
        self.volume = 0
        """Level of the last frame, 0–255."""
        self.onset: float | None = None
        """When its latest speech began, on the call's axis; None before the first."""

    @property
    def active(self) -> bool:
        """Whether the side is speaking."""
        return self._detector.active

    @property
    def last_voice_at(self) -> float:
        """When its latest speech ended, or goes on, on the call's axis; 0.0 before the first."""
        # The detector's own figure also moves with a single voiced step that is no speech.
        return self._detector.last_voice_at if self.active else self._last_voice_at

    @property
    def latest(self) -> MeasuredVoice | None:
        """Its latest speech, which may go on; None before the first."""
        return None if self.onset is None else MeasuredVoice(self.onset, self.last_voice_at)

    def hear(self, pcm: Pcm, at: float) -> bool:
        """Take mono 48 kHz PCM whose first sample is at ``at``; return whether it is silent."""
        self.volume = volume(pcm)
        for event in self._detector.process(pcm, at):
            if isinstance(event, VoiceStarted):
                self.onset = event.at
                self._on_started(event.at)
            else:
                self._last_voice_at = event.last_voice_at
                self._on_ended(event.last_voice_at)
        return not self._detector.active
