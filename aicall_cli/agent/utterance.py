"""The caller's audio, cut into utterances that keep what lies before their detected onset."""

from collections import deque
from typing import Final

from aicall_cli.audio.format import SAMPLE_RATE, Pcm

PREROLL_SECONDS: Final = 0.3
"""What is kept before a detected onset, or before the key went down."""
_PREROLL_SAMPLES: Final = round(PREROLL_SECONDS * SAMPLE_RATE)
_HISTORY_SAMPLES: Final = SAMPLE_RATE
"""One second: the pre-roll, and the time that a detector needs to be sure of an onset."""


class UtteranceCutter:
    """Keeps the last second of audio by its position, and hands out what utterances need.

    Positions are samples on the caller's media axis (48 kHz). A hole between two frames stays
    a hole: nothing is made up for it. After a jump, back or by more than the second that is
    kept, the audio before it belongs to no utterance after it.
    """

    def __init__(self) -> None:
        self._history: deque[tuple[int, Pcm]] = deque()
        self._kept = 0
        self._end = 0
        self._finished_at = 0
        self._open = False

    @property
    def open(self) -> bool:
        """Whether an utterance is being collected."""
        return self._open

    @property
    def end(self) -> int:
        """The position after the last sample heard; 0 before the first."""
        return self._end

    def add(self, pcm: Pcm, position: int) -> bool:
        """Take the next frame, shape ``(n,)``; say whether it belongs to an open utterance."""
        if not 0 <= position - self._end <= _HISTORY_SAMPLES:
            self._history.clear()
            self._kept = 0
        self._history.append((position, pcm))
        self._kept += len(pcm)
        self._end = position + len(pcm)
        while self._kept - len(self._history[0][1]) >= _HISTORY_SAMPLES:
            self._kept -= len(self._history.popleft()[1])
        return self._open

    def begin(self, onset: int) -> list[Pcm]:
        """Open an utterance; return what was heard since the pre-roll before ``onset``."""
        self._open = True
        return self._heard_since(onset - _PREROLL_SAMPLES)

    def resume(self) -> list[Pcm]:
        """Open an utterance that begins where the last was closed; return what was heard since."""
        self._open = True
        return self._heard_since(self._finished_at)

    def finish(self) -> None:
        """Close the utterance."""
        self._open = False
        self._finished_at = self._end

    def _heard_since(self, start: int) -> list[Pcm]:
        return [
            pcm[max(start - position, 0) :]
            for position, pcm in self._history
            if position + len(pcm) > start
        ]
