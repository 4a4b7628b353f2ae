"""The caller's audio, cut into utterances that keep what lies before their detected onset."""

from collections import deque

from aicall_cli.audio.format import SAMPLE_RATE, Pcm

PREROLL_SECONDS = 0.3
"""What is kept before a detected onset, or before the key went down."""
_HISTORY_SECONDS = 1.0
"""The pre-roll, and the time that a detector needs to be sure of an onset."""


class UtteranceCutter:
    """Keeps the last second of audio by its position, and hands out what utterances need.

    Positions are samples on the caller's media axis (48 kHz). Frames come in order; a hole
    between two of them stays a hole: nothing is made up for it.
    """

    def __init__(self) -> None:
        self._history: deque[tuple[int, Pcm]] = deque()
        self._open = False

    @property
    def open(self) -> bool:
        """Whether an utterance is being collected."""
        return self._open

    @property
    def end(self) -> int:
        """The position after the last sample heard; 0 before the first."""
        if not self._history:
            return 0
        position, pcm = self._history[-1]
        return position + len(pcm)

    def add(self, pcm: Pcm, position: int) -> Pcm | None:
        """Take the next frame, shape ``(n,)``; return it while an utterance is open."""
        self._history.append((position, pcm))
        oldest = self.end - round(_HISTORY_SECONDS * SAMPLE_RATE)
        while self._history[0][0] + len(self._history[0][1]) <= oldest:
            self._history.popleft()
        return pcm if self._open else None

    def begin(self, onset: int) -> list[Pcm]:
        """Open an utterance; return what was heard since ``PREROLL_SECONDS`` before ``onset``."""
        self._open = True
        start = onset - round(PREROLL_SECONDS * SAMPLE_RATE)
        kept = [pcm[max(start - position, 0) :] for position, pcm in self._history]
        return [pcm for pcm in kept if len(pcm)]

    def finish(self) -> None:
        """Close the utterance."""
        self._open = False
