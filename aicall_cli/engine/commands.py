"""What the caller's side can ask of the agent during a call: imperative, immutable.

The numbers in brackets are AICallKit's message types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aicall_cli.engine.enums import CaptureMode
from aicall_cli.engine.json_value import JSON


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
class SwitchVoiceId:
    """Speak with another voice; answered by ``VoiceIdChanged`` (1103)."""

    voice_id: str


@dataclass(frozen=True, slots=True)
class RequestRtcToken:
    """Send a new token before the present one expires; answered by ``RtcTokenReceived`` (1104)."""

    user_id: str
    """Whom the token is for: the caller."""


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
class UseVoiceprint:
    """Take nobody's speech but the registered voice's, or everybody's (1109)."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class ClearVoiceprint:
    """Forget the registered voice; answered by ``VoiceprintCleared`` (1110)."""


@dataclass(frozen=True, slots=True)
class SendText:
    """Take ``text`` as if the caller had said it (1111)."""

    text: str
    enable_interrupt: bool = True


@dataclass(frozen=True, slots=True)
class SendCustomMessage:
    """Hand ``message`` to the application's server (1112)."""

    message: str


@dataclass(frozen=True, slots=True)
class StartVisionCustomCapture:
    """Answer images from the caller's camera instead of speech (1113).

    Answered by ``VisionCustomCaptureChanged``.
    """

    text: str = ""
    """What the model is asked about the images."""
    mode: CaptureMode = CaptureMode.CONTINUOUS
    each_duration: int = 5
    """Seconds between two times."""
    num: int = 2
    """Images a time."""
    duration: int = 100
    """Seconds until it ends by itself; a single capture takes no notice of it."""
    user_data: str = "{}"
    """JSON of the application's own, given to the model with the images."""


@dataclass(frozen=True, slots=True)
class StopVisionCustomCapture:
    """Answer speech again (1114)."""


@dataclass(frozen=True, slots=True)
class UpdateLlmSystemPrompt:
    """Go on with another system prompt (1115)."""

    prompt: str


@dataclass(frozen=True, slots=True)
class UpdateVcrConfig:
    """Check the caller's video in another way (1116)."""

    config: Mapping[str, JSON]
    """``VcrConfig`` of the agent's configuration, keys in PascalCase."""


@dataclass(frozen=True, slots=True)
class UpdateBailianAppParams:
    """Give the Model Studio application other parameters (1117)."""

    params: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class UpdateAsrMaxSilence:
    """Take the caller's sentence as ended after so much silence (1118)."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class QueryAgentState:
    """Tell your state; answered by ``AgentStateChanged`` (1119)."""


@dataclass(frozen=True, slots=True)
class UpdateTtsSpeechRate:
    """Speak faster or slower: 0.5 to 2 times the voice's own pace (1120)."""

    rate: float


PushToTalkCommand: TypeAlias = (
    EnablePushToTalk | StartPushToTalk | FinishPushToTalk | CancelPushToTalk
)
VisionCommand: TypeAlias = StartVisionCustomCapture | StopVisionCustomCapture | UpdateVcrConfig
UpdateCommand: TypeAlias = (
    UpdateLlmSystemPrompt | UpdateBailianAppParams | UpdateAsrMaxSilence | UpdateTtsSpeechRate
)

Command: TypeAlias = (
    StopAgent
    | InterruptSpeaking
    | EnableVoiceInterrupt
    | SwitchVoiceId
    | RequestRtcToken
    | PushToTalkCommand
    | UseVoiceprint
    | ClearVoiceprint
    | SendText
    | SendCustomMessage
    | VisionCommand
    | UpdateCommand
    | QueryAgentState
)
