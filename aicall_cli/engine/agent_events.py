"""What an agent tells: past tense, immutable, one class each; the numbers are AICallKit's.

How they are written on the wire is the matter of ``protocol.aicallkit``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from aicall_cli.engine.enums import (
    AgentState,
    InterruptedReason,
    TakeoverMode,
    VoiceprintResult,
)
from aicall_cli.engine.json_value import JSON
from aicall_cli.engine.vcr_result import Equipment, FrameMotion, HeadMotion, LookAway, PeopleCount
from aicall_cli.secret import Secret


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
class VoiceIdChanged:
    """The agent speaks with another voice from now on (1005)."""

    voice_id: str


@dataclass(frozen=True, slots=True)
class RtcTokenReceived:
    """A new token, for the connection to go on after the present one's expiry (1006)."""

    token: Secret


@dataclass(frozen=True, slots=True)
class PushToTalkChanged:
    """Push-to-talk was turned on or off (1007)."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class VoiceprintUsingChanged:
    """Only the registered voice is heard from now on, or everybody's (1008)."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class VoiceprintCleared:
    """The registered voice is forgotten (1009)."""


@dataclass(frozen=True, slots=True)
class AgentWillLeave:
    """The agent announced that it leaves (1010); ``LeaveReason`` names the known reasons."""

    reason: int
    message: str


@dataclass(frozen=True, slots=True)
class CustomMessageReceived:
    """The application's server sent ``message``: any JSON (1011)."""

    message: JSON


@dataclass(frozen=True, slots=True)
class HumanTakeoverWillStart:
    """A person is about to take the call over from the agent (1012)."""

    takeover_uid: str
    """The person's user id."""
    mode: TakeoverMode


@dataclass(frozen=True, slots=True)
class HumanTakeoverConnected:
    """The person has taken the call over (1013)."""

    takeover_uid: str


@dataclass(frozen=True, slots=True)
class AgentEmotionReceived:
    """How the agent feels in its answer to that sentence: ``neutral``, ``happy``, … (1014)."""

    emotion: str
    sentence_id: int


@dataclass(frozen=True, slots=True)
class VisionCustomCaptureChanged:
    """Images are answered from now on instead of speech, or no longer (1015)."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class SpeakingInterrupted:
    """The agent stopped speaking before its end (1016)."""

    reason: InterruptedReason


@dataclass(frozen=True, slots=True)
class LlmReplyCompleted:
    """The whole text of an answer, once the model has written it (1017).

    Comes only where the agent's configuration asks for it; the subtitles come all the same.
    """

    text: str
    sentence_id: int


@dataclass(frozen=True, slots=True)
class VcrResultReceived:
    """What the checks of the caller's video found (1018); None where there is nothing new."""

    still_frame_motion: FrameMotion | None = None
    invalid_frame_motion: FrameMotion | None = None
    people_count: PeopleCount | None = None
    equipment: Equipment | None = None
    head_motion: HeadMotion | None = None
    look_away: LookAway | None = None


@dataclass(frozen=True, slots=True)
class LatencyReported:
    """Where the time of an answer went, in milliseconds, as far as the agent says so.

    No message of the table but AICallKit's latency statistics: a media extension message.
    """

    asr: float | None = None
    """Recognition."""
    llm: float | None = None
    tts: float | None = None
    mute: float | None = None
    """Silence that had to pass before the sentence was taken as ended."""
    total: float | None = None
    extra_avatar: float | None = None
    publishing: Mapping[str, float] = field(default_factory=dict)
    """Figures of the sending side (``AIPub``), under the vendor's names."""
    subscribing: Mapping[str, float] = field(default_factory=dict)
    """Figures of the receiving side (``AISub``), under the vendor's names."""


AgentEvent: TypeAlias = (
    AgentErrorOccurred
    | AgentStateChanged
    | AgentSubtitleReceived
    | UserSubtitleReceived
    | VoiceInterruptChanged
    | VoiceIdChanged
    | RtcTokenReceived
    | PushToTalkChanged
    | VoiceprintUsingChanged
    | VoiceprintCleared
    | AgentWillLeave
    | CustomMessageReceived
    | HumanTakeoverWillStart
    | HumanTakeoverConnected
    | AgentEmotionReceived
    | VisionCustomCaptureChanged
    | SpeakingInterrupted
    | LlmReplyCompleted
    | VcrResultReceived
    | LatencyReported
)
"""The events that an agent sends."""
