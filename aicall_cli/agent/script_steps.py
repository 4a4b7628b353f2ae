"""What a script is made of: steps, what they wait for, and what they do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from aicall_cli.agent.turn_actions import AgentCommand
from aicall_cli.engine.commands import SendCustomMessage
from aicall_cli.engine.enums import LeaveReason
from aicall_cli.engine.events import AgentEvent, snake_case


class Trigger(StrEnum):
    """What a step can wait for."""

    CALL_BEGIN = "call_begin"
    UTTERANCE = "utterance"
    TEXT = "text"
    REPLY = "reply"
    INTERRUPT = "interrupt"
    CUSTOM_MESSAGE = "custom_message"
    SWITCH_VOICE_ID = "switch_voice_id"
    UPDATE_TTS_SPEECH_RATE = "update_tts_speech_rate"
    UPDATE_LLM_SYSTEM_PROMPT = "update_llm_system_prompt"
    UPDATE_BAILIAN_APP_PARAMS = "update_bailian_app_params"
    UPDATE_VCR_CONFIG = "update_vcr_config"
    USE_VOICEPRINT = "use_voiceprint"
    CLEAR_VOICEPRINT = "clear_voiceprint"
    START_VISION_CUSTOM_CAPTURE = "start_vision_custom_capture"
    STOP_VISION_CUSTOM_CAPTURE = "stop_vision_custom_capture"

    @classmethod
    def of(cls, command: AgentCommand) -> "Trigger":
        """Return what a command of the caller sets off."""
        if isinstance(command, SendCustomMessage):
            return cls.CUSTOM_MESSAGE
        return cls(snake_case(type(command).__name__))


@dataclass(frozen=True, slots=True)
class Say:
    """Speak ``text``; without pieces its own words are the subtitle."""

    text: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound a tone of ``frequency`` Hz, or silence where it is 0, for ``seconds``."""

    frequency: float
    seconds: float
    level_dbfs: float
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TellAgentSubtitle:
    """Send pieces of what the agent says."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TellUserSubtitle:
    """Send what was heard of the caller."""

    text: str
    end: bool


@dataclass(frozen=True, slots=True)
class TellEvent:
    """Send a message that is the same whatever was said before."""

    event: AgentEvent


@dataclass(frozen=True, slots=True)
class LeaveCall:
    """Announce to leave, and leave."""

    reason: LeaveReason
    message: str


@dataclass(frozen=True, slots=True)
class SayBye:
    """End the call without announcing it."""

    reason: str


@dataclass(frozen=True, slots=True)
class SendRaw:
    """Send ``data`` as it is."""

    data: str | bytes
    signaling: bool


class Misdeed(StrEnum):
    """What no good agent does."""

    GO_SILENT = "go_silent"
    CLOSE = "close"
    DIE = "die"


Deed: TypeAlias = (
    Say
    | Sound
    | TellAgentSubtitle
    | TellUserSubtitle
    | TellEvent
    | LeaveCall
    | SayBye
    | SendRaw
    | Misdeed
)


@dataclass(frozen=True, slots=True)
class Step:
    """Do ``deed``, ``delay`` seconds after ``after`` or, without it, after the step before."""

    after: Trigger | None
    delay: float
    deed: Deed


@dataclass(frozen=True, slots=True)
class Script:
    """What an agent says and does, and when."""

    steps: tuple[Step, ...]
    voice_interrupt: bool
    voice: str | None

    @property
    def speaks(self) -> bool:
        """Whether any step needs a synthesiser."""
        return any(isinstance(step.deed, Say) for step in self.steps)
