import json
from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from aicall_cli.engine.enums import (
    AgentState,
    CallState,
    ConnectionReason,
    ConnectionStatus,
    EndReason,
    InterruptedReason,
    NetworkQuality,
    Party,
    TakeoverMode,
)
from aicall_cli.engine.error_code import ErrorCode
from aicall_cli.engine.events import (
    JSON,
    AgentAudioChanged,
    AgentAudioStarted,
    AgentEmotionReceived,
    AgentErrorOccurred,
    AgentEvent,
    AgentJoined,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    AudioDelayMeasured,
    ByeReceived,
    CallEnded,
    CallerVoiceChanged,
    CallEvent,
    CallStateChanged,
    CommandAnswered,
    CommandSent,
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
    is_recorded,
    record,
    snake_case,
)
from aicall_cli.engine.latency import Turn
from aicall_cli.engine.vcr_result import Equipment, FrameMotion, HeadMotion, LookAway, PeopleCount
from aicall_cli.secret import Secret

# The schema of events.jsonl and --json, an example of each.
_RECORDS: list[tuple[Event, dict[str, JSON]]] = [
    (
        AgentErrorOccurred(4005, "why"),
        {"event": "agent_error_occurred", "code": 4005, "message": "why"},
    ),
    (AgentStateChanged(AgentState.SPEAKING), {"event": "agent_state_changed", "state": "speaking"}),
    (
        AgentSubtitleReceived("hello", True, 3),
        {"event": "agent_subtitle_received", "text": "hello", "end": True, "sentence_id": 3},
    ),
    (
        UserSubtitleReceived("go", False, 4),
        {
            "event": "user_subtitle_received",
            "text": "go",
            "end": False,
            "sentence_id": 4,
            "voiceprint": 100,
        },
    ),
    (VoiceInterruptChanged(True), {"event": "voice_interrupt_changed", "enabled": True}),
    (VoiceIdChanged("v2"), {"event": "voice_id_changed", "voice_id": "v2"}),
    (RtcTokenReceived(Secret("hush")), {"event": "rtc_token_received", "token": "***"}),
    (PushToTalkChanged(False), {"event": "push_to_talk_changed", "enabled": False}),
    (
        AgentWillLeave(2001, "idle"),
        {"event": "agent_will_leave", "reason": 2001, "message": "idle"},
    ),
    (VoiceprintUsingChanged(True), {"event": "voiceprint_using_changed", "enabled": True}),
    (VoiceprintCleared(), {"event": "voiceprint_cleared"}),
    (
        CustomMessageReceived({"order": [1, None]}),
        {"event": "custom_message_received", "message": {"order": [1, None]}},
    ),
    (
        HumanTakeoverWillStart("nurse-2", TakeoverMode.HUMAN_VOICE),
        {"event": "human_takeover_will_start", "takeover_uid": "nurse-2", "mode": "human_voice"},
    ),
    (
        HumanTakeoverConnected("nurse-2"),
        {"event": "human_takeover_connected", "takeover_uid": "nurse-2"},
    ),
    (
        AgentEmotionReceived("happy", 3),
        {"event": "agent_emotion_received", "emotion": "happy", "sentence_id": 3},
    ),
    (VisionCustomCaptureChanged(True), {"event": "vision_custom_capture_changed", "enabled": True}),
    (
        LlmReplyCompleted("Ten.", 3),
        {"event": "llm_reply_completed", "text": "Ten.", "sentence_id": 3},
    ),
    (
        VcrResultReceived(
            FrameMotion(3.0),
            None,
            PeopleCount(2),
            Equipment(1, 0, 2),
            HeadMotion(nod_detected=True, shake_detected=False),
            LookAway(3, 1.5),
        ),
        {
            "event": "vcr_result_received",
            "still_frame_motion": {"duration": 3.0},
            "invalid_frame_motion": None,
            "people_count": {"count": 2},
            "equipment": {"mobile_phones": 1, "headphones": 0, "watches": 2},
            "head_motion": {"nod_detected": True, "shake_detected": False},
            "look_away": {"count": 3, "duration": 1.5},
        },
    ),
    (
        LatencyReported(asr=120, total=900, publishing={"aAIClientPacerCost": 2}),
        {
            "event": "latency_reported",
            "asr": 120,
            "llm": None,
            "tts": None,
            "mute": None,
            "total": 900,
            "extra_avatar": None,
            "publishing": {"aAIClientPacerCost": 2},
            "subscribing": {},
        },
    ),
    (
        SpeakingInterrupted(InterruptedReason.BY_VOICE),
        {"event": "speaking_interrupted", "reason": "by_voice"},
    ),
    (
        MessageIgnored(None, "not valid JSON"),
        {"event": "message_ignored", "type": None, "reason": "not valid JSON"},
    ),
    (
        CallStateChanged(CallState.CONNECTED),
        {"event": "call_state_changed", "state": "connected"},
    ),
    (RtcEngineCreated(), {"event": "rtc_engine_created"}),
    (DataChannelOpened(), {"event": "data_channel_opened"}),
    (AgentAudioStarted(), {"event": "agent_audio_started"}),
    (
        CommandAnswered(
            7, "interrupt", accepted=False, reason="over", error=ErrorCode.INVALID_ACTION
        ),
        {
            "event": "command_answered",
            "id": 7,
            "command": "interrupt",
            "accepted": False,
            "reason": "over",
            "error": "invalid_action",
        },
    ),
    (CommandSent("send_text"), {"event": "command_sent", "command": "send_text"}),
    (
        TurnMeasured(Turn(0.5, 2.0, 2.75, 0.75, overlapped=False)),
        {
            "event": "turn_measured",
            "turn": {
                "caller_start": 0.5,
                "caller_end": 2.0,
                "agent_start": 2.75,
                "latency": 0.75,
                "overlapped": False,
            },
        },
    ),
    (WarningRaised("late"), {"event": "warning_raised", "message": "late"}),
    (
        ConnectionStatusChanged(ConnectionStatus.FAILED, ConnectionReason.HEARTBEAT_TIMEOUT),
        {
            "event": "connection_status_changed",
            "status": "failed",
            "reason": "heartbeat_timeout",
        },
    ),
    (AgentJoined("agent-1"), {"event": "agent_joined", "user_id": "agent-1"}),
    (AgentAudioChanged(False), {"event": "agent_audio_changed", "available": False}),
    (CallerVoiceChanged(True), {"event": "caller_voice_changed", "speaking": True}),
    (
        NetworkQualityChanged(Party.CALLER, NetworkQuality.VERY_BAD),
        {"event": "network_quality_changed", "party": "caller", "quality": "very_bad"},
    ),
    (
        VoiceVolumeChanged(Party.AGENT, 200),
        {"event": "voice_volume_changed", "party": "agent", "volume": 200},
    ),
    (
        AudioDelayMeasured(3, 640),
        {"event": "audio_delay_measured", "sentence_id": 3, "delay_ms": 640},
    ),
    (RtcTokenExpiring(), {"event": "rtc_token_expiring"}),
    (RtcTokenExpired(), {"event": "rtc_token_expired"}),
    (
        ByeReceived(3, "somebody else"),
        {"event": "bye_received", "reason": 3, "message": "somebody else"},
    ),
    (
        CallEnded(EndReason.AGENT_FAILED, "deaf", ErrorCode.AGENT_ASR_FAILED),
        {
            "event": "call_ended",
            "reason": "agent_failed",
            "message": "deaf",
            "error": "agent_asr_failed",
        },
    ),
]


def test_each_event_has_an_example() -> None:
    kinds = {*get_args(AgentEvent), *get_args(CallEvent)}
    assert {type(event) for event, _ in _RECORDS} == kinds == set(get_args(Event))


def test_volumes_alone_are_in_no_record() -> None:
    left_out = {type(event) for event, _ in _RECORDS if not is_recorded(event)}
    assert left_out == {VoiceVolumeChanged}


@pytest.mark.parametrize(("event", "recorded"), _RECORDS, ids=lambda value: type(value).__name__)
def test_the_record_of_an_event(event: Event, recorded: dict[str, JSON]) -> None:
    assert record(event) == recorded
    assert json.loads(json.dumps(record(event), allow_nan=False)) == recorded


@pytest.mark.parametrize("event", [event for event, _ in _RECORDS], ids=repr)
def test_events_are_frozen_and_slotted(event: Event) -> None:
    assert not hasattr(event, "__dict__")
    for field in fields(event):
        with pytest.raises(FrozenInstanceError):
            setattr(event, field.name, None)


def test_snake_case() -> None:
    assert snake_case("AgentWillLeave") == "agent_will_leave"
    assert snake_case("Leave") == "leave"
