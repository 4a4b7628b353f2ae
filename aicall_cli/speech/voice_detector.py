"""Finds where speech begins and ends in a call's audio.

A 20 ms step is voice when WebRTC's detector says so **and** its level is above a floor. The
detector alone calls the first steps of faint noise speech and holds on for up to 140 ms after
the last word; the floor ends both. Hysteresis on top: speech begins once most of the last
100 ms were voice, and has ended when nothing was for ``end_silence``.

Times are the caller's: each event is placed by the audio's own time, not by when it was seen.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
import webrtcvad

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.audio.level import dbfs, rms

MODE = 2
"""WebRTC's aggressiveness."""
FLOOR_DBFS = -50.0
"""RMS of a 20 ms step, dB of full scale, under which it is never voice."""
END_SILENCE = 0.2
"""Seconds without voice after which speech has ended."""
_WINDOW_STEPS = 5
_START_STEPS = 3
_SAME_TIME = TICK_SECONDS
"""Audio that comes this far from where the last ended, in seconds, is a new run of audio."""


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    """Speech began ``at`` seconds: its first voiced step, some 40 to 80 ms before it was sure."""

    at: float


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """It was sure ``at`` seconds that the speech whose last voice was heard until then is over."""

    at: float
    last_voice_at: float


VoiceEvent = VoiceStarted | VoiceEnded


class VoiceDetector:
    """Voice activity in a mono 48 kHz stream.

    ``mode`` is WebRTC's aggressiveness, 0 (most is speech) to 3 (only what surely is).
    """

    def __init__(
        self,
        mode: int = MODE,
        *,
        floor_dbfs: float = FLOOR_DBFS,
        end_silence: float = END_SILENCE,
    ) -> None:
        self._detector = webrtcvad.Vad(mode)
        self._floor_dbfs = floor_dbfs
        self._end_silence = end_silence
        self._recent: deque[tuple[float, bool]] = deque(maxlen=_WINDOW_STEPS)
        self._rest: Pcm = np.empty(0, np.int16)
        self._next_at: float | None = None
        self._active = False
        self._last_voice_at = 0.0

    @property
    def active(self) -> bool:
        """Whether speech has begun and not yet ended."""
        return self._active

    @property
    def last_voice_at(self) -> float:
        """When the latest voiced step ended, in seconds; 0.0 before the first."""
        return self._last_voice_at

    def process(self, pcm: Pcm, at: float) -> list[VoiceEvent]:
        """Return what began or ended in ``pcm``, shape ``(n,)``, whose first sample is at ``at``.

        Steps are 20 ms: what is left over waits for the next call. A hole in the audio counts
        as silence, and shows at the first audio after it.
        """
        if self._next_at is not None and abs(at - self._next_at) > _SAME_TIME:
            self._rest = self._rest[:0]
            self._recent.clear()
        start = at - len(self._rest) / SAMPLE_RATE
        samples = np.concatenate((self._rest, pcm)) if len(self._rest) else pcm
        steps = len(samples) // TICK_SAMPLES
        events: list[VoiceEvent] = []
        for index in range(steps):
            step = samples[index * TICK_SAMPLES : (index + 1) * TICK_SAMPLES]
            events.extend(self._advance(start + index * TICK_SECONDS, self._is_voice(step)))
        self._rest = samples[steps * TICK_SAMPLES :].copy()
        self._next_at = at + len(pcm) / SAMPLE_RATE
        return events

    def break_off(self) -> None:
        """No audio comes: speech that was there has ended, and may begin anew."""
        self._active = False
        self._recent.clear()

    def _is_voice(self, step: Pcm) -> bool:
        # The detector hears every step: it learns the noise from those that are no speech.
        heard = bool(self._detector.is_speech(step.tobytes(), SAMPLE_RATE))
        return heard and dbfs(rms(step)) >= self._floor_dbfs

    def _advance(self, at: float, voiced: bool) -> list[VoiceEvent]:
        events: list[VoiceEvent] = []
        now = at if voiced else at + TICK_SECONDS
        # Half a step of tolerance: sums of 0.02 do not meet 0.2 exactly.
        if self._active and now - self._last_voice_at > self._end_silence - TICK_SECONDS / 2:
            self._active = False
            self._recent.clear()
            events.append(VoiceEnded(now, self._last_voice_at))
        if voiced:
            self._last_voice_at = at + TICK_SECONDS
        if not self._active:
            self._recent.append((at, voiced))
            onsets = [start for start, was_voice in self._recent if was_voice]
            if len(onsets) >= _START_STEPS:
                self._active = True
                events.append(VoiceStarted(onsets[0]))
        return events
