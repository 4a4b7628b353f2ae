"""How long the agent takes to answer, measured on the audio itself."""

from dataclasses import dataclass


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
