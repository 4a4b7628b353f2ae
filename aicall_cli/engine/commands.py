"""What the caller's side can ask of the agent during a call: imperative, immutable.

The numbers in brackets are AICallKit's message types.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class StopAgent:
    """Leave the call; sent on hang-up (1100)."""


@dataclass(frozen=True, slots=True)
class InterruptSpeaking:
    """Stop speaking now (1101)."""


@dataclass(frozen=True, slots=True)
class EnableVoiceInterrupt:
    """Let the caller's voice interrupt the agent, or not (1102)."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class EnablePushToTalk:
    """Turn push-to-talk on or off (1105)."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class StartPushToTalk:
    """The key goes down: the caller speaks from now on (1106)."""


@dataclass(frozen=True, slots=True)
class FinishPushToTalk:
    """The key goes up: what was said is to be answered (1107)."""


@dataclass(frozen=True, slots=True)
class CancelPushToTalk:
    """The key goes up: what was said is to be forgotten (1108)."""


@dataclass(frozen=True, slots=True)
class SendText:
    """Take ``text`` as if the caller had said it (1111)."""

    text: str
    enable_interrupt: bool = True


@dataclass(frozen=True, slots=True)
class QueryAgentState:
    """Tell your state; answered by ``AgentStateChanged`` (1119)."""


Command: TypeAlias = (
    StopAgent
    | InterruptSpeaking
    | EnableVoiceInterrupt
    | EnablePushToTalk
    | StartPushToTalk
    | FinishPushToTalk
    | CancelPushToTalk
    | SendText
    | QueryAgentState
)
