"""What happened in a call: past tense, immutable, one class each.

What the agent tells is in ``engine.agent_events`` and told on here; below is what is born in
our own side of the call. ``record`` turns any of them into one JSON object, the form of
``events.jsonl`` and of ``--json``.
"""

import re
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, TypeAlias

from aicall_cli.engine.agent_events import (
    AgentEmotionReceived,
    AgentErrorOccurred,
    AgentEvent,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    CustomMessageReceived,
    HumanTakeoverConnected,
    HumanTakeoverWillStart,
    LatencyReported,
    LlmReplyCompleted,
    PushToTalkChanged,
    RtcTokenReceived,
    SpeakingInterrupted,
    UserSubtitleReceived,
    VcrResultReceived,
    VisionCustomCaptureChanged,
    VoiceIdChanged,
    VoiceInterruptChanged,
    VoiceprintCleared,
    VoiceprintUsingChanged,
)
from aicall_cli.engine.enums import (
    CallState,
    ConnectionReason,
    ConnectionStatus,
    EndReason,
    NetworkQuality,
    Party,
)
from aicall_cli.engine.error_code import ErrorCode
from aicall_cli.engine.json_value import JSON
from aicall_cli.engine.latency import Turn
from aicall_cli.secret import Secret

__all__ = [
    "JSON",
    "RECORD_VERSION",
    "AgentAudioChanged",
    "AgentAudioStarted",
    "AgentEmotionReceived",
    "AgentErrorOccurred",
    "AgentEvent",
    "AgentJoined",
    "AgentStateChanged",
    "AgentSubtitleReceived",
    "AgentWillLeave",
    "AudioDelayMeasured",
    "ByeReceived",
    "CallEnded",
    "CallEvent",
    "CallStateChanged",
    "CallerVoiceChanged",
    "CommandAnswered",
    "CommandSent",
    "ConnectionStatusChanged",
    "CustomMessageReceived",
    "DataChannelOpened",
    "Event",
    "HumanTakeoverConnected",
    "HumanTakeoverWillStart",
    "LatencyReported",
    "LlmReplyCompleted",
    "MessageIgnored",
    "NetworkQualityChanged",
    "PushToTalkChanged",
    "RtcEngineCreated",
    "RtcTokenExpired",
    "RtcTokenExpiring",
    "RtcTokenReceived",
    "SpeakingInterrupted",
    "TurnMeasured",
    "UserSubtitleReceived",
    "VcrResultReceived",
    "VisionCustomCaptureChanged",
    "VoiceIdChanged",
    "VoiceInterruptChanged",
    "VoiceVolumeChanged",
    "VoiceprintCleared",
    "VoiceprintUsingChanged",
    "WarningRaised",
    "is_recorded",
    "record",
    "snake_case",
]


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
class RtcEngineCreated:
    """The media connection is made and not yet connected (AICallKit ``onRTCEngineCreated``).

    Whoever pushes audio adds an external stream now, if not before.
    """


@dataclass(frozen=True, slots=True)
class DataChannelOpened:
    """Commands can be sent from now on."""


@dataclass(frozen=True, slots=True)
class AgentJoined:
    """The agent is in the call, as this user (AICallKit ``onAgentStarted``, ``onUserOnLine``)."""

    user_id: str


@dataclass(frozen=True, slots=True)
class AgentAudioStarted:
    """The agent's first audio packet arrived: the call has begun (AICallKit ``callBegin``)."""


@dataclass(frozen=True, slots=True)
class AgentAudioChanged:
    """The agent's audio comes, or no longer comes (AICallKit ``onAgentAudioAvailable``).

    An agent that is silent sends silence: it is available.
    """

    available: bool


@dataclass(frozen=True, slots=True)
class CallerVoiceChanged:
    """The caller began or ceased to speak, as far as it is sent (AICallKit ``onUserSpeaking``).

    It is told a moment after it happened: a beginning when it is sure to be a voice, an end
    after a pause that no utterance has.
    """

    speaking: bool


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
    error: ErrorCode = ErrorCode.NONE
    """What AICallKit calls the refusal: ``INVALID_ACTION`` or ``INVALID_PARAMETERS``."""


@dataclass(frozen=True, slots=True)
class TurnMeasured:
    """The agent's voice answered an utterance of the caller."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class WarningRaised:
    """Something went wrong that does not end the call."""

    message: str


@dataclass(frozen=True, slots=True)
class ConnectionStatusChanged:
    """The connection below the call came into another state."""

    status: ConnectionStatus
    reason: ConnectionReason


@dataclass(frozen=True, slots=True)
class NetworkQualityChanged:
    """The audio of ``party`` passes better or worse on its way to the other side.

    An estimate, from packets lost, jitter and round trip, looked at every 2 seconds:
    ``engine.network_meter``.
    """

    party: Party
    quality: NetworkQuality


@dataclass(frozen=True, slots=True)
class VoiceVolumeChanged:
    """How loud ``party`` is now, 0 to 255: its loudest moment of the last 0.2 seconds.

    Told where it changes audibly (``engine.volume_meter``); 0 when there is nothing any more.
    It is an event of the moment and in no record (``is_recorded``).
    """

    party: Party
    volume: int


@dataclass(frozen=True, slots=True)
class AudioDelayMeasured:
    """The caller waited so long for the answer to that sentence to be heard.

    From the end of the caller's own voice to the agent's, and what was played of it: how long
    it then waits for the speaker is in it, where there is one (``engine.audio_delay``).
    """

    sentence_id: int
    delay_ms: int


@dataclass(frozen=True, slots=True)
class RtcTokenExpiring:
    """The connection's token is about to expire: a new one is to be asked for."""


@dataclass(frozen=True, slots=True)
class RtcTokenExpired:
    """The connection's token has expired."""


@dataclass(frozen=True, slots=True)
class ByeReceived:
    """The media network puts our side out of the call; ``ByeReason`` names the known reasons."""

    reason: int
    message: str = ""
    """The other end's own words, where it has any."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over; nothing follows."""

    reason: EndReason
    message: str
    error: ErrorCode = ErrorCode.NONE
    """What AICallKit calls the failure; ``NONE`` where nothing failed."""


CallEvent: TypeAlias = (
    MessageIgnored
    | CallStateChanged
    | RtcEngineCreated
    | DataChannelOpened
    | AgentJoined
    | AgentAudioStarted
    | AgentAudioChanged
    | CallerVoiceChanged
    | CommandSent
    | CommandAnswered
    | TurnMeasured
    | WarningRaised
    | ConnectionStatusChanged
    | NetworkQualityChanged
    | VoiceVolumeChanged
    | AudioDelayMeasured
    | RtcTokenExpiring
    | RtcTokenExpired
    | ByeReceived
    | CallEnded
)
"""The events that our own side makes."""

Event: TypeAlias = AgentEvent | CallEvent


def snake_case(name: str) -> str:
    """Return a class name as ``snake_case``: ``AgentWillLeave`` → ``agent_will_leave``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def is_recorded(event: Event) -> bool:
    """Whether ``event`` is in ``events.jsonl`` and ``--json``: all but the volumes are.

    Those come several times a second, and are made of audio that is recorded itself.
    """
    return not isinstance(event, VoiceVolumeChanged)


def record(event: Event) -> dict[str, JSON]:
    """Return ``event`` as a JSON object (schema version ``RECORD_VERSION``).

    ``"event"`` holds the class's name in snake case; each field follows under its own name.
    An enumeration is its member's name in lower case, an absent figure ``null``, a nested
    object (the turn of ``turn_measured``) an object, a token ``"***"``. Times are seconds,
    floats, but for the agent's own figures: those of ``latency_reported``, ``delay_ms`` and
    the durations of ``vcr_result_received`` are the vendor's::

        {"event": "agent_state_changed", "state": "speaking"}
        {"event": "custom_message_received", "message": {"anything": ["that is", "JSON"]}}
        {"event": "call_ended", "reason": "agent_left", "message": "the agent was idle",
            "error": "none"}
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
    if isinstance(value, Secret):
        return "***"
    if is_dataclass(value):
        return _object(value)
    plain: JSON = value
    return plain
