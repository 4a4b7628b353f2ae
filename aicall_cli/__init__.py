"""Call AI voice agents: ``async with Call(CallOptions(agent_id="echo")) as call``.

The names below are the public API. They are imported when they are first used: a call needs
aiortc and numpy, ``aicall --help`` does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicall_cli.audio.format import AudioFormat
    from aicall_cli.audio.frame import AudioFrame
    from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
    from aicall_cli.capture.file_source import FileSource
    from aicall_cli.capture.generated_source import GeneratedSource
    from aicall_cli.capture.pump import pump
    from aicall_cli.capture.push_result import PushResult
    from aicall_cli.capture.retry import RetryPolicy, push_with_retry
    from aicall_cli.client.agent_starter import AgentStarter, AppServerStarter, GivenAgent
    from aicall_cli.client.call import Call
    from aicall_cli.client.call_controls import CallControls
    from aicall_cli.client.cloud_starter import CloudStarter
    from aicall_cli.client.options import CallOptions
    from aicall_cli.client.push_file import PushOptions, PushReport, push_file
    from aicall_cli.client.summary import CallSummary
    from aicall_cli.client.voice_devices import microphone, speaker
    from aicall_cli.control.app_server import AgentCallRequest, AppServer
    from aicall_cli.devices.device_thread import DeviceThread
    from aicall_cli.engine.commands import StartVisionCustomCapture
    from aicall_cli.engine.enums import (
        AgentState,
        ByeReason,
        CallState,
        CaptureMode,
        ConnectionReason,
        ConnectionStatus,
        EndReason,
        InterruptedReason,
        LeaveReason,
        NetworkQuality,
        Party,
        TakeoverMode,
        VoiceprintResult,
    )
    from aicall_cli.engine.error_code import ErrorCode
    from aicall_cli.engine.events import (
        AgentAudioChanged,
        AgentAudioStarted,
        AgentEmotionReceived,
        AgentErrorOccurred,
        AgentJoined,
        AgentStateChanged,
        AgentSubtitleReceived,
        AgentWillLeave,
        AudioDelayMeasured,
        ByeReceived,
        CallEnded,
        CallerVoiceChanged,
        CallStateChanged,
        ConnectionStatusChanged,
        CustomMessageReceived,
        DataChannelOpened,
        Event,
        HumanTakeoverConnected,
        HumanTakeoverWillStart,
        LatencyReported,
        LlmReplyCompleted,
        MessageIgnored,
        NetworkQualityChanged,
        PushToTalkChanged,
        RtcEngineCreated,
        RtcTokenExpired,
        RtcTokenExpiring,
        RtcTokenReceived,
        SpeakingInterrupted,
        TurnMeasured,
        UserSubtitleReceived,
        VcrResultReceived,
        VisionCustomCaptureChanged,
        VoiceIdChanged,
        VoiceInterruptChanged,
        VoiceprintCleared,
        VoiceprintUsingChanged,
        VoiceVolumeChanged,
        WarningRaised,
    )
    from aicall_cli.errors import (
        AgentError,
        AicallError,
        CommandRefused,
        ConnectError,
        ConnectionLostError,
        CredentialError,
        DeviceError,
        RecordingError,
        SourceError,
        UsageError,
        ValueRefused,
    )
    from aicall_cli.playout.file_output import FileOutput
    from aicall_cli.playout.null_output import NullOutput
    from aicall_cli.protocol.agent_config import AgentConfig
    from aicall_cli.protocol.agent_info import AgentInfo
    from aicall_cli.protocol.agent_type import AgentType
    from aicall_cli.protocol.call_config import CallConfig, ChatSyncConfig
    from aicall_cli.protocol.hearing_config import (
        AsrConfig,
        InterruptConfig,
        TurnDetectionConfig,
        VoiceprintConfig,
    )
    from aicall_cli.protocol.llm_config import LlmConfig
    from aicall_cli.protocol.picture_config import FrameCheck, VcrConfig, VisualCheck
    from aicall_cli.protocol.share_token import ShareToken, parse_share_token
    from aicall_cli.protocol.speaking_config import (
        AmbientSoundConfig,
        AutoSpeechConfig,
        BackChannelingConfig,
        TtsConfig,
    )
    from aicall_cli.secret import Secret
    from aicall_cli.session.feed import Stamped

_PUBLIC = {
    "aicall_cli.audio.format": ("AudioFormat",),
    "aicall_cli.audio.frame": ("AudioFrame",),
    "aicall_cli.capture.external_stream": (
        "ExternalAudioStream",
        "ExternalAudioStreamConfig",
    ),
    "aicall_cli.capture.file_source": ("FileSource",),
    "aicall_cli.capture.generated_source": ("GeneratedSource",),
    "aicall_cli.capture.pump": ("pump",),
    "aicall_cli.capture.push_result": ("PushResult",),
    "aicall_cli.capture.retry": (
        "RetryPolicy",
        "push_with_retry",
    ),
    "aicall_cli.client.agent_starter": (
        "AgentStarter",
        "AppServerStarter",
        "GivenAgent",
    ),
    "aicall_cli.client.call": ("Call",),
    "aicall_cli.client.call_controls": ("CallControls",),
    "aicall_cli.client.cloud_starter": ("CloudStarter",),
    "aicall_cli.client.options": ("CallOptions",),
    "aicall_cli.client.push_file": (
        "PushOptions",
        "PushReport",
        "push_file",
    ),
    "aicall_cli.client.summary": ("CallSummary",),
    "aicall_cli.client.voice_devices": (
        "microphone",
        "speaker",
    ),
    "aicall_cli.control.app_server": (
        "AgentCallRequest",
        "AppServer",
    ),
    "aicall_cli.devices.device_thread": ("DeviceThread",),
    "aicall_cli.engine.commands": ("StartVisionCustomCapture",),
    "aicall_cli.engine.enums": (
        "AgentState",
        "ByeReason",
        "CallState",
        "CaptureMode",
        "ConnectionReason",
        "ConnectionStatus",
        "EndReason",
        "InterruptedReason",
        "LeaveReason",
        "NetworkQuality",
        "Party",
        "TakeoverMode",
        "VoiceprintResult",
    ),
    "aicall_cli.engine.error_code": ("ErrorCode",),
    "aicall_cli.engine.events": (
        "AgentAudioChanged",
        "AgentAudioStarted",
        "AgentEmotionReceived",
        "AgentErrorOccurred",
        "AgentJoined",
        "AgentStateChanged",
        "AgentSubtitleReceived",
        "AgentWillLeave",
        "AudioDelayMeasured",
        "ByeReceived",
        "CallEnded",
        "CallStateChanged",
        "CallerVoiceChanged",
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
    ),
    "aicall_cli.errors": (
        "AgentError",
        "AicallError",
        "CommandRefused",
        "ConnectError",
        "ConnectionLostError",
        "CredentialError",
        "DeviceError",
        "RecordingError",
        "SourceError",
        "UsageError",
        "ValueRefused",
    ),
    "aicall_cli.playout.file_output": ("FileOutput",),
    "aicall_cli.playout.null_output": ("NullOutput",),
    "aicall_cli.protocol.agent_config": ("AgentConfig",),
    "aicall_cli.protocol.agent_info": ("AgentInfo",),
    "aicall_cli.protocol.agent_type": ("AgentType",),
    "aicall_cli.protocol.call_config": (
        "CallConfig",
        "ChatSyncConfig",
    ),
    "aicall_cli.protocol.hearing_config": (
        "AsrConfig",
        "InterruptConfig",
        "TurnDetectionConfig",
        "VoiceprintConfig",
    ),
    "aicall_cli.protocol.llm_config": ("LlmConfig",),
    "aicall_cli.protocol.picture_config": (
        "FrameCheck",
        "VcrConfig",
        "VisualCheck",
    ),
    "aicall_cli.protocol.share_token": (
        "ShareToken",
        "parse_share_token",
    ),
    "aicall_cli.protocol.speaking_config": (
        "AmbientSoundConfig",
        "AutoSpeechConfig",
        "BackChannelingConfig",
        "TtsConfig",
    ),
    "aicall_cli.secret": ("Secret",),
    "aicall_cli.session.feed": ("Stamped",),
}
_HOMES = {name: home for home, names in _PUBLIC.items() for name in names}

__all__ = [
    "AgentAudioChanged",
    "AgentAudioStarted",
    "AgentCallRequest",
    "AgentConfig",
    "AgentEmotionReceived",
    "AgentError",
    "AgentErrorOccurred",
    "AgentInfo",
    "AgentJoined",
    "AgentStarter",
    "AgentState",
    "AgentStateChanged",
    "AgentSubtitleReceived",
    "AgentType",
    "AgentWillLeave",
    "AicallError",
    "AmbientSoundConfig",
    "AppServer",
    "AppServerStarter",
    "AsrConfig",
    "AudioDelayMeasured",
    "AudioFormat",
    "AudioFrame",
    "AutoSpeechConfig",
    "BackChannelingConfig",
    "ByeReason",
    "ByeReceived",
    "Call",
    "CallConfig",
    "CallControls",
    "CallEnded",
    "CallOptions",
    "CallState",
    "CallStateChanged",
    "CallSummary",
    "CallerVoiceChanged",
    "CaptureMode",
    "ChatSyncConfig",
    "CloudStarter",
    "CommandRefused",
    "ConnectError",
    "ConnectionLostError",
    "ConnectionReason",
    "ConnectionStatus",
    "ConnectionStatusChanged",
    "CredentialError",
    "CustomMessageReceived",
    "DataChannelOpened",
    "DeviceError",
    "DeviceThread",
    "EndReason",
    "ErrorCode",
    "Event",
    "ExternalAudioStream",
    "ExternalAudioStreamConfig",
    "FileOutput",
    "FileSource",
    "FrameCheck",
    "GeneratedSource",
    "GivenAgent",
    "HumanTakeoverConnected",
    "HumanTakeoverWillStart",
    "InterruptConfig",
    "InterruptedReason",
    "LatencyReported",
    "LeaveReason",
    "LlmConfig",
    "LlmReplyCompleted",
    "MessageIgnored",
    "NetworkQuality",
    "NetworkQualityChanged",
    "NullOutput",
    "Party",
    "PushOptions",
    "PushReport",
    "PushResult",
    "PushToTalkChanged",
    "RecordingError",
    "RetryPolicy",
    "RtcEngineCreated",
    "RtcTokenExpired",
    "RtcTokenExpiring",
    "RtcTokenReceived",
    "Secret",
    "ShareToken",
    "SourceError",
    "SpeakingInterrupted",
    "Stamped",
    "StartVisionCustomCapture",
    "TakeoverMode",
    "TtsConfig",
    "TurnDetectionConfig",
    "TurnMeasured",
    "UsageError",
    "UserSubtitleReceived",
    "ValueRefused",
    "VcrConfig",
    "VcrResultReceived",
    "VisionCustomCaptureChanged",
    "VisualCheck",
    "VoiceIdChanged",
    "VoiceInterruptChanged",
    "VoiceVolumeChanged",
    "VoiceprintCleared",
    "VoiceprintConfig",
    "VoiceprintResult",
    "VoiceprintUsingChanged",
    "WarningRaised",
    "microphone",
    "parse_share_token",
    "pump",
    "push_file",
    "push_with_retry",
    "speaker",
]


def __getattr__(name: str) -> Any:
    """Import a public name on its first use (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value
