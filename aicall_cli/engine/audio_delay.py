"""How long the caller waited for each answer, by the sentence that is answered.

The time comes from the voices (``engine.latency``), the sentence from the subtitles; either
may be known first, because a voice is heard of some frames after it set in and text may come
before its sound. A turn that overlaps has no time that one could rely on, and an agent without
subtitles has no sentences: for them nothing is told.
"""

from aicall_cli.engine.events import (
    AgentSubtitleReceived,
    AudioDelayMeasured,
    CallerVoiceChanged,
    Event,
    TurnMeasured,
)


class AudioDelayMeter:
    """Puts one call's turns and sentences together."""

    def __init__(self) -> None:
        self._waited: float | None = None
        """Seconds until the latest answer, while its sentence is not known."""
        self._sentence_id: int | None = None
        """The latest sentence that was answered."""
        self._read_at = 0.0
        """When the first words of that answer were read."""

    def apply(self, event: Event, at: float, playout: float) -> AudioDelayMeasured | None:
        """Take what happened ``at`` seconds on the call's axis; return what it lets one tell.

        ``playout`` is how many seconds what arrives now waits until it is heard.
        """
        match event:
            case CallerVoiceChanged(speaking=True):
                self._waited = None
            case TurnMeasured(turn) if not turn.overlapped:
                self._waited = turn.latency
                if self._sentence_id is not None and self._read_at >= turn.caller_end:
                    return self._tell(self._sentence_id, playout)
            case AgentSubtitleReceived(sentence_id=sentence_id) if sentence_id != self._sentence_id:
                self._sentence_id, self._read_at = sentence_id, at
                return self._tell(sentence_id, playout)
        return None

    def _tell(self, sentence_id: int, playout: float) -> AudioDelayMeasured | None:
        waited, self._waited = self._waited, None
        if waited is None:
            return None
        return AudioDelayMeasured(sentence_id, round(1000 * (waited + playout)))
