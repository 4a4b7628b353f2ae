"""Where the time of one answer goes, stage by stage, as AICallKit's latency statistics tell it."""

from aicall_cli.clock import Clock
from aicall_cli.engine.events import LatencyReported


class AnswerLatency:
    """Notes when each stage of an answer was through; the first time counts.

    ``silence`` is for how many seconds the caller had been silent when the sentence was taken
    as ended; None where nothing was said: it was typed.
    """

    def __init__(self, clock: Clock, silence: float | None = None) -> None:
        self._clock = clock
        self._silence = silence
        self._began = clock()
        self._recognised: float | None = None
        self._asked = self._began
        self._to_be_spoken: float | None = None
        self.report: LatencyReported | None = None
        """What is known once the answer can be heard."""

    def waited(self) -> None:
        """The caller could go on, and did not: all the time since counts as silence."""
        now = self._clock()
        self._silence = (self._silence or 0.0) + now - self._began
        self._began = now

    def recognised(self) -> None:
        """It is known what was said."""
        self._recognised = self._clock()

    def asked(self) -> None:
        """The answer is asked for."""
        self._asked = self._clock()

    def to_be_spoken(self) -> None:
        """The model has said enough for the voice to begin."""
        if self._to_be_spoken is None:
            self._to_be_spoken = self._clock()

    def spoken(self) -> bool:
        """The voice gave sound; return whether it is the first, and ``report`` is there now."""
        if self.report is not None or self._to_be_spoken is None:
            return False
        now = self._clock()
        self.report = LatencyReported(
            asr=None if self._recognised is None else _ms(self._recognised - self._began),
            llm=_ms(self._to_be_spoken - self._asked),
            tts=_ms(now - self._to_be_spoken),
            mute=None if self._silence is None else _ms(self._silence),
            total=_ms(now - self._began + (self._silence or 0.0)),
        )
        return True


def _ms(seconds: float) -> float:
    return round(seconds * 1000)
