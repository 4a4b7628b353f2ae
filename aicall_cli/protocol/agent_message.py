"""What AICallKit's agents send: messages 1000 to 1018."""

from typing import Any, Final

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
from aicall_cli.engine.enums import AgentState, InterruptedReason, TakeoverMode, VoiceprintResult
from aicall_cli.engine.events import MessageIgnored
from aicall_cli.engine.json_value import json_copy
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.protocol.json_object import JsonObject, dump_json
from aicall_cli.protocol.message_kind import (
    MessageKind,
    MessageTable,
    bare,
    bounded,
    identifier,
    switch,
)
from aicall_cli.protocol.vcr_message import read_vcr_result, vcr_result_data
from aicall_cli.secret import Secret

_CODE_RANGE: Final = 2**31 - 1
_NO_SENTENCE: Final = 0


def _error_data(event: AgentErrorOccurred) -> dict[str, Any]:
    # AICallKit's own have a code only: a reason is ours, and left out where there is none.
    message = {"message": bounded(event.message)} if event.message else {}
    return {"code": event.code, **message}


def _read_error(data: JsonObject) -> AgentErrorOccurred:
    return AgentErrorOccurred(_code(data, "code"), data.text("message", ""))


def _read_state(data: JsonObject) -> AgentStateChanged | MessageIgnored:
    number = data.integer("state")
    try:
        return AgentStateChanged(AgentState(number))
    except ValueError:
        return MessageIgnored(1001, f"unknown agent state {number}")


def _agent_subtitle_data(event: AgentSubtitleReceived) -> dict[str, Any]:
    return {"text": bounded(event.text), "end": event.end, "sentenceId": event.sentence_id}


def _read_agent_subtitle(data: JsonObject) -> AgentSubtitleReceived:
    return AgentSubtitleReceived(
        data.text("text"), data.boolean("end", True), data.integer("sentenceId")
    )


def _user_subtitle_data(event: UserSubtitleReceived) -> dict[str, Any]:
    return {
        "text": bounded(event.text),
        "end": event.end,
        "sentenceId": event.sentence_id,
        "voiceprint": VoiceprintResult(event.voiceprint).value,
    }


def _read_user_subtitle(data: JsonObject) -> UserSubtitleReceived:
    return UserSubtitleReceived(
        data.text("text"),
        data.boolean("end", True),
        data.integer("sentenceId"),
        _voiceprint(data.raw("voiceprint")),
    )


def _voiceprint(value: object) -> int:
    # AICallKit's clients take whatever is no result that they know for an unknown one.
    known = [result.value for result in VoiceprintResult if result == value]
    return known[0] if known else VoiceprintResult.UNKNOWN.value


def _token_data(event: RtcTokenReceived) -> dict[str, Any]:
    return {"token": bounded(event.token.reveal())}


def _will_leave_data(event: AgentWillLeave) -> dict[str, Any]:
    return {"reason": event.reason, "message": bounded(event.message)}


def _read_will_leave(data: JsonObject) -> AgentWillLeave:
    return AgentWillLeave(_code(data, "reason", 0), data.text("message", ""))


def _custom_data(event: CustomMessageReceived) -> dict[str, Any]:
    return {"message": bounded(dump_json(json_copy(event.message)))}


def _takeover_data(event: HumanTakeoverWillStart) -> dict[str, Any]:
    return {"takeoverUid": identifier(event.takeover_uid), "takeoverMode": event.mode.value}


def _read_takeover(data: JsonObject) -> HumanTakeoverWillStart | MessageIgnored:
    number = data.integer("takeoverMode", TakeoverMode.HUMAN_VOICE.value)
    try:
        return HumanTakeoverWillStart(_identifier(data, "takeoverUid"), TakeoverMode(number))
    except ValueError:
        return MessageIgnored(1012, f"unknown takeover mode {number}")


def _emotion_data(event: AgentEmotionReceived) -> dict[str, Any]:
    return {"emotion": identifier(event.emotion), "sentenceId": event.sentence_id}


def _read_emotion(data: JsonObject) -> AgentEmotionReceived:
    return AgentEmotionReceived(
        _identifier(data, "emotion"), data.integer("sentenceId", _NO_SENTENCE)
    )


def _read_interrupted(data: JsonObject) -> SpeakingInterrupted:
    number = data.integer("reason", 0)
    known = number in InterruptedReason.__members__.values()
    return SpeakingInterrupted(InterruptedReason(number) if known else InterruptedReason.UNKNOWN)


def _reply_data(event: LlmReplyCompleted) -> dict[str, Any]:
    return {"text": bounded(event.text), "sentenceId": event.sentence_id}


def _read_reply(data: JsonObject) -> LlmReplyCompleted:
    return LlmReplyCompleted(data.text("text"), data.integer("sentenceId", _NO_SENTENCE))


def _code(data: JsonObject, key: str, default: int | None = None) -> int:
    return data.integer(key, default, low=-_CODE_RANGE, high=_CODE_RANGE)


def _identifier(data: JsonObject, key: str) -> str:
    return data.text(key, limit=MAX_ID)


AGENT_MESSAGES: Final[MessageTable[AgentEvent]] = MessageTable(
    (
        MessageKind(1000, AgentErrorOccurred, _error_data, _read_error),
        MessageKind(1001, AgentStateChanged, lambda e: {"state": e.state.value}, _read_state),
        MessageKind(1002, AgentSubtitleReceived, _agent_subtitle_data, _read_agent_subtitle),
        MessageKind(1003, UserSubtitleReceived, _user_subtitle_data, _read_user_subtitle),
        switch(1004, VoiceInterruptChanged),
        MessageKind(
            1005,
            VoiceIdChanged,
            lambda event: {"voiceId": identifier(event.voice_id)},
            lambda data: VoiceIdChanged(_identifier(data, "voiceId")),
        ),
        MessageKind(
            1006,
            RtcTokenReceived,
            _token_data,
            lambda data: RtcTokenReceived(Secret(data.text("token"))),
        ),
        switch(1007, PushToTalkChanged),
        switch(1008, VoiceprintUsingChanged),
        bare(1009, VoiceprintCleared),
        MessageKind(1010, AgentWillLeave, _will_leave_data, _read_will_leave),
        MessageKind(
            1011,
            CustomMessageReceived,
            _custom_data,
            lambda data: CustomMessageReceived(data.parsed("message")),
        ),
        MessageKind(1012, HumanTakeoverWillStart, _takeover_data, _read_takeover),
        MessageKind(
            1013,
            HumanTakeoverConnected,
            lambda event: {"takeoverUid": identifier(event.takeover_uid)},
            lambda data: HumanTakeoverConnected(_identifier(data, "takeoverUid")),
        ),
        MessageKind(1014, AgentEmotionReceived, _emotion_data, _read_emotion),
        switch(1015, VisionCustomCaptureChanged),
        MessageKind(
            1016, SpeakingInterrupted, lambda e: {"reason": e.reason.value}, _read_interrupted
        ),
        MessageKind(1017, LlmReplyCompleted, _reply_data, _read_reply),
        MessageKind(1018, VcrResultReceived, vcr_result_data, read_vcr_result),
    )
)
