"""What the turn machine decides: imperative, immutable; the call executes them in order."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from aicall_cli.engine.commands import (
    ClearVoiceprint,
    SendCustomMessage,
    SwitchVoiceId,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UseVoiceprint,
    VisionCommand,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import AgentEvent

AgentCommand: TypeAlias = (
    SwitchVoiceId
    | SendCustomMessage
    | UpdateLlmSystemPrompt
    | UpdateTtsSpeechRate
    | UseVoiceprint
    | ClearVoiceprint
    | VisionCommand
    | UpdateBailianAppParams
)
"""What the caller asks of the agent itself; turns have no part in it."""


class Origin(Enum):
    """Where an utterance begins."""

    ONSET = auto()
    """Where the voice was detected, less the pre-roll."""
    KEY = auto()
    """Where the key went down, less the pre-roll."""
    LAST_END = auto()
    """Where the one before ended: it goes on from that."""


@dataclass(frozen=True, slots=True)
class BeginUtterance:
    """Collect the caller's audio for a new utterance.

    One that is not ``heeded`` is said where the agent may not be interrupted, and is forgotten
    in the end unless the agent is stopped by something else.
    """

    sentence_id: int
    origin: Origin
    heeded: bool = True


@dataclass(frozen=True, slots=True)
class EndUtterance:
    """The utterance is complete: answer it. Its last ``silence`` seconds are known to be silent."""

    sentence_id: int
    silence: float


@dataclass(frozen=True, slots=True)
class DiscardUtterance:
    """Forget the utterance."""

    sentence_id: int


@dataclass(frozen=True, slots=True)
class EndSentence:
    """A sentence that was held for its caller to go on with is over as it is: answer it."""

    sentence_id: int


@dataclass(frozen=True, slots=True)
class TakeText:
    """Answer ``text`` as if the caller had said it."""

    sentence_id: int
    text: str


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Give the present reply up, whether it is already heard (``audible``) or not."""

    reason: InterruptedReason
    audible: bool


@dataclass(frozen=True, slots=True)
class FinishSentence:
    """Say the present sentence to its end, and no more."""


@dataclass(frozen=True, slots=True)
class ChangeState:
    """The agent's state is another one now."""

    state: AgentState


@dataclass(frozen=True, slots=True)
class Announce:
    """Send ``event``: the answer to a command."""

    event: AgentEvent


@dataclass(frozen=True, slots=True)
class PassOn:
    """Have the agent do ``command``."""

    command: AgentCommand


@dataclass(frozen=True, slots=True)
class RefuseCommand:
    """A command made no sense in this state; log it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Say that the agent leaves, and leave."""

    reason: LeaveReason
    message: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call without a word."""

    reason: str


Action: TypeAlias = (
    BeginUtterance
    | EndUtterance
    | DiscardUtterance
    | EndSentence
    | TakeText
    | StopSpeaking
    | FinishSentence
    | ChangeState
    | Announce
    | PassOn
    | RefuseCommand
    | Leave
    | HangUp
)
