"""The numbers that AICallKit gives to states, reasons and errors, by name."""

from enum import Enum, IntEnum, StrEnum


class AgentState(IntEnum):
    """What the agent is doing (AICallKit message 1001)."""

    LISTENING = 1
    THINKING = 2
    SPEAKING = 3


class CallState(IntEnum):
    """Where the call is; OVER and ERROR are final (AICallKit ``CallState``)."""

    NONE = 0
    CONNECTING = 1
    CONNECTED = 2
    OVER = 3
    ERROR = 4


class InterruptedReason(IntEnum):
    """Why the agent stopped speaking before its end (AICallKit message 1016)."""

    UNKNOWN = 0
    BY_WORDS = 1
    BY_VOICE = 2
    BY_INTERRUPT_SPEAKING = 3
    BY_SPEECH_BROADCAST = 4
    BY_LLM_QUERY = 5


class LeaveReason(IntEnum):
    """Why the agent says that it will leave (AICallKit message 1010)."""

    OTHER = 0
    IDLE = 2001
    TAKEOVER_ENDED = 2002


class AgentErrorCode(IntEnum):
    """The agent's failures that end a call (AICallKit message 1000)."""

    AVATAR_ROUTES_EXHAUSTED = 4001
    AGENT_PULL_FAILED = 4004
    AGENT_ASR_FAILED = 4005
    AVATAR_SERVICE_FAILED = 4006
    REPLY_FAILED = 4900
    """aicall's own: the built-in agent could make or speak no answer."""


class VoiceprintResult(IntEnum):
    """Whose voice a caller's subtitle is (AICallKit message 1003)."""

    OFF = 0
    UNREGISTERED = 1
    DETECTED = 2
    UNDETECTED = 3
    DETECTED_WITH_VAD = 4
    UNDETECTED_WITH_VAD = 5
    UNKNOWN = 100


class TakeoverMode(IntEnum):
    """In whose voice a person speaks who takes the call over (AICallKit message 1012)."""

    AGENT_VOICE = 0
    HUMAN_VOICE = 1


class CaptureMode(StrEnum):
    """How often images are taken of the caller's video (AICallKit message 1113)."""

    SINGLE = "single"
    CONTINUOUS = "continuous"


class ConnectionStatus(IntEnum):
    """The state of the connection below the call (AICallKit ``ConnectionStatus``)."""

    INIT = 0
    DISCONNECTED = 1
    CONNECTING = 2
    CONNECTED = 3
    RECONNECTING = 4
    FAILED = 5


class ConnectionReason(IntEnum):
    """Why the connection came into another state (ARTC's reasons of that change)."""

    NONE = 0
    MEDIA_PATH_CHANGED = 1
    HEARTBEAT_TIMEOUT = 2
    HEARTBEAT_ALIVE = 3
    DNS_OK = 4
    DNS_FAILED = 5
    GSLB_FAILED = 6
    GSLB_OK = 7
    JOIN_FAILED = 8
    JOIN_OK = 9
    LEFT = 10
    CONNECTING = 11
    INTERRUPTED = 12


class NetworkQuality(IntEnum):
    """How well audio passes between one side and the network (AICallKit ``NetworkQuality``)."""

    EXCELLENT = 0
    GOOD = 1
    POOR = 2
    BAD = 3
    VERY_BAD = 4
    DISCONNECTED = 5
    UNKNOWN = 6


class ByeReason(IntEnum):
    """Why the media network puts a participant out of the call (ARTC ``OnBye``)."""

    BY_SYSTEM = 1
    CHANNEL_TERMINATED = 2
    REPLACED = 3
    """The same user joined a second time."""


class EndReason(Enum):
    """Why a call ended."""

    HUNG_UP = "hung_up"
    """Our side ended it."""
    AGENT_LEFT = "agent_left"
    """The agent announced that it leaves, and left."""
    AGENT_FAILED = "agent_failed"
    """The agent reported a failure, or vanished."""
    CONNECT_FAILED = "connect_failed"
    """The call never came to be connected."""
    CONNECTION_LOST = "connection_lost"
    KICKED = "kicked"
    """The media network put our side out of the call."""
    TIMEOUT = "timeout"
    """The call ran past the limit that its caller set."""

    @property
    def is_error(self) -> bool:
        """Whether the call ends in ``CallState.ERROR`` rather than ``OVER``."""
        return self not in (EndReason.HUNG_UP, EndReason.AGENT_LEFT, EndReason.TIMEOUT)


class Party(StrEnum):
    """The two sides of a call."""

    CALLER = "caller"
    AGENT = "agent"
