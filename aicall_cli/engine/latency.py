"""How long the agent takes to answer, measured on the audio itself.

Both sides' voice segments come from a detector on the samples, not from what the agent says
of itself. A turn is one utterance of the caller; its latency runs from the utterance's end
to the first onset of the agent's voice after it. Two rules keep the figure honest:

- The agent's voice was on during the utterance or at its end: the turn is *overlapped*. It
  is marked and left out of ``latencies``, because the onset after it, if there is one, may
  go on with what was being said.
- Several utterances before an answer: only the last has a latency. What the agent answers
  is the whole of them, and the time it waited for more is not time it took to answer.

A detector reports an end some time after it: an agent's onset may be known before the end
of the utterance that it follows. Only the times given count, not the order of reports.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

MAX_TURNS: Final = 10_000
"""Turns that are kept; the oldest go first and are counted."""
_MAX_SEGMENTS: Final = 256
"""Agent segments that are kept for an utterance that has not ended."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of the caller and the answer to it; all times in seconds of one clock."""

    caller_start: float
    caller_end: float
    agent_start: float | None
    """When the agent's voice first set in after ``caller_end``; None without an answer."""
    latency: float | None
    """``agent_start - caller_end``; None without an answer."""
    overlapped: bool
    """The agent's voice was on during the utterance or at its end: not to be averaged."""


@dataclass(slots=True)
class _Segment:
    start: float
    end: float | None = None


class TurnMeter:
    """Turns of one call. An end without a start, and a start within a segment, change nothing."""

    def __init__(self) -> None:
        self._turns: deque[Turn] = deque(maxlen=MAX_TURNS)
        self._forgotten = 0
        self._agent: deque[_Segment] = deque(maxlen=_MAX_SEGMENTS)
        self._caller_start: float | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns whose utterance has ended, in order."""
        return tuple(self._turns)

    @property
    def latencies(self) -> tuple[float, ...]:
        """Seconds of each turn that was answered and is not overlapped, in order."""
        return tuple(
            turn.latency for turn in self._turns if turn.latency is not None and not turn.overlapped
        )

    @property
    def mean_latency(self) -> float | None:
        """The mean of ``latencies`` in seconds; None without any."""
        latencies = self.latencies
        return sum(latencies) / len(latencies) if latencies else None

    @property
    def forgotten(self) -> int:
        """Turns that were dropped because there were more than ``MAX_TURNS``."""
        return self._forgotten

    def caller_voice_started(self, at: float) -> None:
        """Begin an utterance; ``at`` is the time of its first voiced sample."""
        if self._caller_start is None:
            self._caller_start = at

    def caller_voice_ended(self, at: float) -> Turn | None:
        """End the utterance at its last voiced sample; return the turn if already answered."""
        if self._caller_start is None:
            return None
        start, self._caller_start = self._caller_start, None
        end = max(start, at)
        onset = next((segment.start for segment in self._agent if segment.start > end), None)
        turn = _turn(start, end, onset, overlapped=self._agent_was_on(start, end))
        self._forgotten += len(self._turns) == MAX_TURNS
        self._turns.append(turn)
        return turn if onset is not None else None

    def agent_voice_started(self, at: float) -> Turn | None:
        """Take an onset of the agent's voice; return the turn that it answers, if it does."""
        if self._agent and self._agent[-1].end is None:
            return None
        self._agent.append(_Segment(at))
        if self._caller_start is not None or not self._turns:
            return None  # decided when the utterance ends, or there is nothing to answer
        turn = self._turns[-1]
        if turn.agent_start is not None:
            return None
        if at <= turn.caller_end:
            # Reported late: the agent was already speaking when the utterance ended.
            self._turns[-1] = _turn(turn.caller_start, turn.caller_end, None, overlapped=True)
            return None
        self._turns[-1] = _turn(turn.caller_start, turn.caller_end, at, overlapped=turn.overlapped)
        return self._turns[-1]

    def agent_voice_ended(self, at: float) -> None:
        """End the agent's segment at its last voiced sample."""
        if self._agent and self._agent[-1].end is None:
            self._agent[-1].end = max(self._agent[-1].start, at)

    def _agent_was_on(self, start: float, end: float) -> bool:
        return any(
            segment.start <= end and (segment.end is None or segment.end > start)
            for segment in self._agent
        )


def _turn(start: float, end: float, onset: float | None, *, overlapped: bool) -> Turn:
    latency = None if onset is None else onset - end
    return Turn(start, end, onset, latency, overlapped)
