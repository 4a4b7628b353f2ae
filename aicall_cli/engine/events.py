"""What happened in a call: past tense, immutable, one class each.

The first group is born on the wire (the numbers are AICallKit's message types), the second
in our own side of the call. ``record`` turns any of them into one JSON object, the form of
``events.jsonl`` and of ``--json``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, TypeAlias

from aicall_cli.engine.enums import (
    AgentState,
    CallState,
    EndReason,
    InterruptedReason,
    VoiceprintResult,
)
from aicall_cli.engine.latency import Turn

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"


@dataclass(frozen=True, slots=True)
class AgentErrorOccurred:
    """The agent reported a failure (1000); ``AgentErrorCode`` names the known codes."""

    code: int
    message: str = ""
    """Why, where the agent says so: ours does, AICallKit's send a code only."""


@dataclass(frozen=True, slots=True)
class AgentStateChanged:
    """The agent's state, when it changes and as the answer to a query (1001)."""

    state: AgentState


@dataclass(frozen=True, slots=True)
class AgentSubtitleReceived:
    """A piece of what the agent says (1002): to be appended to its sentence.

    ``sentence_id`` is the id of the caller's sentence that is being answered; ``end`` marks
    the last piece.
    """

    text: str
    end: bool
    sentence_id: int


@dataclass(frozen=True, slots=True)
class UserSubtitleReceived:
    """What was heard of the caller so far (1003): replaces the sentence's earlier text."""

    text: str
    end: bool
    sentence_id: int
    voiceprint: int = VoiceprintResult.UNKNOWN.value


@dataclass(frozen=True, slots=True)
class VoiceInterruptChanged:
    """Voice interruption was turned on or off (1004)."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class PushToTalkChanged:
    """Push-to-talk was turned on or off (1007)."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class AgentWillLeave:
    """The agent announced that it leaves (1010); ``LeaveReason`` names the known reasons."""

    reason: int
    message: str


@dataclass(frozen=True, slots=True)
class SpeakingInterrupted:
    """The agent stopped speaking before its end (1016)."""

    reason: InterruptedReason


@dataclass(frozen=True, slots=True)
class MessageIgnored:
    """A message of the peer could not be used; ``type`` is its number where it has one."""

    type: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class CallStateChanged:
    """The call entered ``state``."""

    state: CallState


@dataclass(frozen=True, slots=True)
class DataChannelOpened:
    """Commands can be sent from now on."""


@dataclass(frozen=True, slots=True)
class AgentAudioStarted:
    """The agent's first audio packet arrived: the call has begun (AICallKit ``callBegin``)."""


@dataclass(frozen=True, slots=True)
class CommandSent:
    """A command went out; ``command`` is its name in snake case."""

    command: str


@dataclass(frozen=True, slots=True)
class CommandAnswered:
    """A script's command was carried out or refused; ``id`` is the script's own."""

    id: int | str | None
    command: str
    accepted: bool
    reason: str
    """Why it was refused; empty when it was not."""


@dataclass(frozen=True, slots=True)
class TurnMeasured:
    """The agent's voice answered an utterance of the caller."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class WarningRaised:
    """Something went wrong that does not end the call."""

    message: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over; nothing follows."""

    reason: EndReason
    message: str


AgentEvent: TypeAlias = (
    AgentErrorOccurred
    | AgentStateChanged
    | AgentSubtitleReceived
    | UserSubtitleReceived
    | VoiceInterruptChanged
    | PushToTalkChanged
    | AgentWillLeave
    | SpeakingInterrupted
)
"""The events that an agent sends."""

CallEvent: TypeAlias = (
    MessageIgnored
    | CallStateChanged
    | DataChannelOpened
    | AgentAudioStarted
    | CommandSent
    | CommandAnswered
    | TurnMeasured
    | WarningRaised
    | CallEnded
)
"""The events that our own side makes."""

Event: TypeAlias = AgentEvent | CallEvent


def snake_case(name: str) -> str:
    """Return a class name as ``snake_case``: ``AgentWillLeave`` → ``agent_will_leave``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def record(event: Event) -> dict[str, JSON]:
    """Return ``event`` as a JSON object (schema version ``RECORD_VERSION``).

    ``"event"`` holds the class's name in snake case; each field follows under its own name.
    An enumeration is its member's name in lower case, an absent figure ``null``, a nested
    object (the turn of ``turn_measured``) an object. Times are seconds, floats::

        {"event": "agent_state_changed", "state": "speaking"}
        {"event": "call_ended", "reason": "agent_left", "message": "the agent was idle"}
        {"event": "turn_measured", "turn": {"caller_start": 0.4, "caller_end": 1.9,
            "agent_start": 2.6, "latency": 0.7, "overlapped": false}}

    The text is the peer's own: escape it before a terminal sees it.
    """
    return {"event": snake_case(type(event).__name__), **_object(event)}


RECORD_VERSION = 1
"""Grows when a field of ``record`` changes its meaning or goes; new fields do not count."""


def _object(value: Any) -> dict[str, JSON]:
    return {field.name: _value(getattr(value, field.name)) for field in fields(value)}


def _value(value: Any) -> JSON:
    if isinstance(value, Enum):
        return value.name.lower()
    if is_dataclass(value):
        return _object(value)
    plain: JSON = value
    return plain
