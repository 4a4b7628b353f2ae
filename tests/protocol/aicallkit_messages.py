"""What the files under ``golden/aicallkit`` hold, and strategies for what messages mean.

A sequence number beside a meaning: this side writes the file exactly so. Without: it is only
read.
"""

from typing import Final

from hypothesis import strategies as st

from aicall_cli.engine.commands import (
    CancelPushToTalk,
    ClearVoiceprint,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    RequestRtcToken,
    SendCustomMessage,
    SendText,
    StartPushToTalk,
    StartVisionCustomCapture,
    StopAgent,
    StopVisionCustomCapture,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
    UseVoiceprint,
)
from aicall_cli.engine.enums import (
    AgentState,
    CaptureMode,
    InterruptedReason,
    TakeoverMode,
    VoiceprintResult,
)
from aicall_cli.engine.events import (
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
    MessageIgnored,
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
from aicall_cli.engine.json_value import JSON
from aicall_cli.engine.vcr_result import Equipment, FrameMotion, HeadMotion, LookAway, PeopleCount
from aicall_cli.secret import Secret

_ORDER: Final[JSON] = {"order": {"id": 2**64 - 1, "items": ["tea", None, 1.5]}}

EVENTS: dict[str, tuple[AgentEvent, int | None]] = {
    "agent_error": (AgentErrorOccurred(4005), 9),
    "agent_error_message": (AgentErrorOccurred(4900, "the server refused the key"), 9),
    "agent_state": (AgentStateChanged(AgentState.THINKING), 1),
    "agent_subtitle": (AgentSubtitleReceived("Ten meters, ", False, 3), 5),
    "agent_subtitle_defaults": (AgentSubtitleReceived("so be it — 好的 🙂", True, 3), None),
    "user_subtitle": (UserSubtitleReceived("go forward", False, 3, 2), 4),
    "user_subtitle_defaults": (UserSubtitleReceived("go forward ten meters", True, 3), None),
    "user_subtitle_unknown_voiceprint": (UserSubtitleReceived("go", True, 3, 100), None),
    "voice_interrupt": (VoiceInterruptChanged(False), 6),
    "voice_id": (VoiceIdChanged("longxiaochun"), 7),
    "rtc_token": (RtcTokenReceived(Secret("eyJhcHBpZCI6ImFiYyJ9")), 9),
    "push_to_talk": (PushToTalkChanged(True), 6),
    "push_to_talk_as_number": (PushToTalkChanged(True), None),
    "voiceprint_using": (VoiceprintUsingChanged(True), 9),
    "voiceprint_cleared": (VoiceprintCleared(), 9),
    "voiceprint_cleared_extra_fields": (VoiceprintCleared(), None),
    "will_leave": (AgentWillLeave(2001, "idle for 600 s"), 12),
    "will_leave_defaults": (AgentWillLeave(0, ""), None),
    "custom_message": (CustomMessageReceived(_ORDER), 9),
    "custom_message_as_object": (CustomMessageReceived({"order": 7}), None),
    "takeover_will_start": (HumanTakeoverWillStart("nurse-2", TakeoverMode.AGENT_VOICE), 9),
    "takeover_will_start_defaults": (
        HumanTakeoverWillStart("nurse-2", TakeoverMode.HUMAN_VOICE),
        None,
    ),
    "takeover_connected": (HumanTakeoverConnected("nurse-2"), 9),
    "emotion": (AgentEmotionReceived("happy", 3), 9),
    "emotion_defaults": (AgentEmotionReceived("sad", 0), None),
    "vision_capture_changed": (VisionCustomCaptureChanged(True), 9),
    "interrupted": (SpeakingInterrupted(InterruptedReason.BY_VOICE), 8),
    "interrupted_unknown_reason": (SpeakingInterrupted(InterruptedReason.UNKNOWN), None),
    "llm_reply": (LlmReplyCompleted("Ten meters, then left.", 3), 9),
    "llm_reply_defaults": (LlmReplyCompleted("so be it", 0), None),
    "vcr_result": (
        VcrResultReceived(
            FrameMotion(3000),
            FrameMotion(250.5),
            PeopleCount(2),
            Equipment(mobile_phones=1, headphones=0, watches=2),
            HeadMotion(nod_detected=True, shake_detected=False),
            LookAway(3, 1200),
        ),
        9,
    ),
    "vcr_result_defaults": (
        VcrResultReceived(
            people_count=PeopleCount(0),
            equipment=Equipment(mobile_phones=0, headphones=0, watches=1),
            head_motion=HeadMotion(nod_detected=True, shake_detected=False),
            look_away=LookAway(3, 0.0),
        ),
        None,
    ),
    "latency": (
        LatencyReported(
            asr=120,
            llm=410,
            total=1025.5,
            publishing={"aAIClientEncoderCost": 3},
            subscribing={"aAILinuxPlayCost": 12},
        ),
        1,
    ),
    "latency_defaults": (LatencyReported(mute=400.0), None),
}

COMMANDS: dict[str, tuple[Command, int | None]] = {
    "stop_agent": (StopAgent(), 20),
    "interrupt_speaking": (InterruptSpeaking(), 2),
    "enable_voice_interrupt": (EnableVoiceInterrupt(False), 3),
    "switch_voice": (SwitchVoiceId("longxiaochun"), 8),
    "request_rtc_token": (RequestRtcToken("caller-1"), 8),
    "enable_push_to_talk": (EnablePushToTalk(True), 3),
    "start_push_to_talk": (StartPushToTalk(), 4),
    "finish_push_to_talk": (FinishPushToTalk(), 5),
    "cancel_push_to_talk": (CancelPushToTalk(), 6),
    "use_voiceprint": (UseVoiceprint(True), 8),
    "clear_voiceprint": (ClearVoiceprint(), 8),
    "send_text": (SendText("what time is it?"), 7),
    "send_text_defaults": (SendText("what time is it?"), None),
    "send_custom_message": (SendCustomMessage('{"page":3}'), 8),
    "start_vision_capture": (
        StartVisionCustomCapture("what do you see?", CaptureMode.SINGLE, 2, 1, 60, '{"room":4}'),
        8,
    ),
    "start_vision_capture_defaults": (
        StartVisionCustomCapture("", CaptureMode.CONTINUOUS, 5, 2, 100, "{}"),
        None,
    ),
    "stop_vision_capture": (StopVisionCustomCapture(), 8),
    "update_system_prompt": (UpdateLlmSystemPrompt("You are brief."), 8),
    "update_vcr_config": (
        UpdateVcrConfig(
            {
                "PeopleCount": {"Enabled": True},
                "StillFrameMotion": {"Enabled": True, "CallbackDelay": 3000},
            }
        ),
        8,
    ),
    "update_vcr_config_wrapped": (UpdateVcrConfig({"LookAway": {"Enabled": True}}), None),
    "update_vcr_config_wrapped_object": (UpdateVcrConfig({"LookAway": {"Enabled": True}}), None),
    "update_app_params": (UpdateBailianAppParams({"biz_params": {"city": "杭州"}}), 8),
    "update_app_params_as_object": (UpdateBailianAppParams({"city": "杭州"}), None),
    "update_max_silence": (UpdateAsrMaxSilence(700), 8),
    "query_agent_state": (QueryAgentState(), 8),
    "update_speech_rate": (UpdateTtsSpeechRate(1.25), 8),
    "update_speech_rate_whole": (UpdateTtsSpeechRate(2.0), None),
}

IGNORED_EVENTS: dict[str, MessageIgnored] = {
    "agent_state_unknown_state": MessageIgnored(1001, "unknown agent state 9"),
    "takeover_will_start_unknown_mode": MessageIgnored(1012, "unknown takeover mode 5"),
    "latency_of_nobody": MessageIgnored(None, "a latency report without figures of the agent"),
    "ready_resp_unknown_type": MessageIgnored(None, "the type is a string"),
    "stop_agent": MessageIgnored(1100, "unknown type"),
}

IGNORED_COMMANDS: dict[str, MessageIgnored] = {
    "start_vision_capture_unknown_mode": MessageIgnored(1113, "unknown capture mode"),
    "ready_resp_unknown_type": MessageIgnored(None, "the type is a string"),
    "agent_state": MessageIgnored(1001, "unknown type"),
}

_DATA = "data is not an object but of type"

REFUSED_EVENTS: dict[str, str] = {
    "agent_error_code_missing": "data: code is missing",
    "agent_error_wrong_types": "data: code is not an integer but of type str",
    "agent_state_wrong_types": "data: state is not an integer but of type bool",
    "agent_subtitle_wrong_types": "data: text is not a string but of type list",
    "custom_message_no_json": "data: message: not valid JSON",
    "custom_message_wrong_types": "data: message is missing",
    "data_wrong_types": f"{_DATA} str",
    "emotion_wrong_types": "data: emotion is not a string but of type int",
    "envelope_wrong_types": "type is not an integer but of type float",
    "interrupted_wrong_types": "data: reason is not an integer but of type str",
    "latency_wrong_types": "AIAgent: aiasrcost is not a number but of type str",
    "llm_reply_wrong_types": "data: sentenceId is not an integer but of type str",
    "push_to_talk_wrong_types": "data: enable is not a boolean but of type dict",
    "rtc_token_wrong_types": "data: token is not a string but of type list",
    "takeover_connected_wrong_types": "data: takeoverUid is not a string but of type bool",
    "takeover_will_start_wrong_types": "data: takeoverUid is not a string but of type dict",
    "user_subtitle_wrong_types": "data: end is not a boolean but of type int",
    "vcr_result_wrong_types": "data: peopleCount: count is not between 0 and 9007199254740991",
    "vision_capture_changed_wrong_types": "data: enable is not a boolean but of type str",
    "voice_id_wrong_types": "data: voiceId is not a string but of type int",
    "voice_interrupt_wrong_types": "data: enable is not a boolean but of type int",
    "voiceprint_cleared_wrong_types": f"{_DATA} list",
    "voiceprint_using_wrong_types": "data: enable is not a boolean but of type str",
    "will_leave_wrong_types": "data: reason is not an integer but of type str",
}

REFUSED_COMMANDS: dict[str, str] = {
    "cancel_push_to_talk_wrong_types": f"{_DATA} int",
    "clear_voiceprint_wrong_types": f"{_DATA} str",
    "enable_push_to_talk_wrong_types": "data: enable is missing",
    "enable_voice_interrupt_wrong_types": "data: enable is not a boolean but of type str",
    "finish_push_to_talk_wrong_types": f"{_DATA} list",
    "interrupt_speaking_wrong_types": f"{_DATA} str",
    "query_agent_state_wrong_types": f"{_DATA} str",
    "request_rtc_token_wrong_types": "data: userId is not a string but of type int",
    "send_custom_message_wrong_types": "data: message is not a string but of type dict",
    "send_text_wrong_types": "data: text is not a string but of type int",
    "start_push_to_talk_wrong_types": f"{_DATA} str",
    "start_vision_capture_wrong_types": "data: num is not an integer but of type float",
    "stop_agent_wrong_types": f"{_DATA} int",
    "stop_vision_capture_wrong_types": f"{_DATA} list",
    "switch_voice_wrong_types": "data: voiceId is missing",
    "update_app_params_wrong_types": "data: params is not an object but of type list",
    "update_max_silence_wrong_types": "data: asrMaxSilence is not an integer but of type str",
    "update_speech_rate_wrong_types": "data: speechRate is not a number but of type bool",
    "update_system_prompt_wrong_types": "data: prompt is not a string but of type bool",
    "update_vcr_config_wrong_types": "data: vcrConfig is not an object but of type list",
    "use_voiceprint_wrong_types": "data: enable is not a boolean but of type str",
}

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_ids = st.integers(-(2**53) + 1, 2**53 - 1)
_codes = st.integers(-(2**31) + 1, 2**31 - 1)
_counts = st.integers(0, 2**53 - 1)
_figures = st.floats(-1e15, 1e15)
_maybe_figure = st.none() | _figures
_values: st.SearchStrategy[JSON] = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(-1e300, 1e300) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_objects = st.dictionaries(_texts, _values, max_size=3)

EVENT_STRATEGY: st.SearchStrategy[AgentEvent] = st.one_of(
    st.builds(AgentErrorOccurred, _codes, _texts),
    st.builds(AgentStateChanged, st.sampled_from(AgentState)),
    st.builds(AgentSubtitleReceived, _texts, st.booleans(), _ids),
    st.builds(
        UserSubtitleReceived,
        _texts,
        st.booleans(),
        _ids,
        st.sampled_from([result.value for result in VoiceprintResult]),
    ),
    st.builds(VoiceInterruptChanged, st.booleans()),
    st.builds(VoiceIdChanged, _texts),
    st.builds(RtcTokenReceived, st.builds(Secret, _texts)),
    st.builds(PushToTalkChanged, st.booleans()),
    st.builds(VoiceprintUsingChanged, st.booleans()),
    st.just(VoiceprintCleared()),
    st.builds(AgentWillLeave, _codes, _texts),
    st.builds(CustomMessageReceived, _values),
    st.builds(HumanTakeoverWillStart, _texts, st.sampled_from(TakeoverMode)),
    st.builds(HumanTakeoverConnected, _texts),
    st.builds(AgentEmotionReceived, _texts, _ids),
    st.builds(VisionCustomCaptureChanged, st.booleans()),
    st.builds(SpeakingInterrupted, st.sampled_from(InterruptedReason)),
    st.builds(LlmReplyCompleted, _texts, _ids),
    st.builds(
        VcrResultReceived,
        st.none() | st.builds(FrameMotion, _figures),
        st.none() | st.builds(FrameMotion, _figures),
        st.none() | st.builds(PeopleCount, _counts),
        st.none() | st.builds(Equipment, _counts, _counts, _counts),
        st.none() | st.builds(HeadMotion, st.booleans(), st.booleans()),
        st.none() | st.builds(LookAway, _counts, _figures),
    ),
    st.builds(
        LatencyReported,
        asr=_figures,
        llm=_maybe_figure,
        extra_avatar=_maybe_figure,
        publishing=st.dictionaries(_texts, _figures, max_size=2),
        subscribing=st.dictionaries(_texts, _figures, max_size=2),
    ),
)

COMMAND_STRATEGY: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([command for command, _ in COMMANDS.values()]),
    st.builds(EnableVoiceInterrupt, st.booleans()),
    st.builds(SwitchVoiceId, _texts),
    st.builds(RequestRtcToken, _texts),
    st.builds(EnablePushToTalk, st.booleans()),
    st.builds(UseVoiceprint, st.booleans()),
    st.builds(SendText, _texts, st.booleans()),
    st.builds(SendCustomMessage, _texts),
    st.builds(
        StartVisionCustomCapture,
        _texts,
        st.sampled_from(CaptureMode),
        st.integers(1, 86_400),
        st.integers(1, 100),
        st.integers(1, 86_400),
        _texts,
    ),
    st.builds(UpdateLlmSystemPrompt, _texts),
    st.builds(UpdateVcrConfig, _objects.filter(lambda config: "vcrConfig" not in config)),
    st.builds(UpdateBailianAppParams, _objects),
    st.builds(UpdateAsrMaxSilence, st.integers(200, 1200)),
    st.builds(UpdateTtsSpeechRate, st.floats(0.5, 2.0)),
)
