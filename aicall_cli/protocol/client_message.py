"""What AICallKit's clients send: messages 1100 to 1120."""

from collections.abc import Mapping
from typing import Any, Final

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
from aicall_cli.engine.enums import CaptureMode
from aicall_cli.engine.events import MessageIgnored
from aicall_cli.engine.json_value import JSON, json_copy
from aicall_cli.engine.limits import (
    MAX_ASR_SILENCE,
    MAX_CAPTURE_IMAGES,
    MAX_CAPTURE_SECONDS,
    MAX_ID,
    MAX_SPEECH_RATE,
    MAX_USER_DATA,
    MIN_ASR_SILENCE,
    MIN_SPEECH_RATE,
)
from aicall_cli.protocol.json_object import JsonObject, dump_json
from aicall_cli.protocol.message_kind import (
    MessageKind,
    MessageTable,
    bare,
    bounded,
    identifier,
    switch,
    within,
)

_CAPTURE: Final = StartVisionCustomCapture()
"""The values of a capture of which nothing more is said."""


def _text_data(command: SendText) -> dict[str, Any]:
    return {"text": bounded(command.text), "enableInterrupt": int(command.enable_interrupt)}


def _read_text(data: JsonObject) -> SendText:
    return SendText(data.text("text"), data.boolean("enableInterrupt", True))


def _capture_data(command: StartVisionCustomCapture) -> dict[str, Any]:
    return {
        "text": bounded(command.text),
        "mode": command.mode.value,
        "eachDuration": within(command.each_duration, 1, MAX_CAPTURE_SECONDS),
        "num": within(command.num, 1, MAX_CAPTURE_IMAGES),
        "duration": within(command.duration, 1, MAX_CAPTURE_SECONDS),
        "userData": bounded(command.user_data, MAX_USER_DATA),
    }


def _read_capture(data: JsonObject) -> StartVisionCustomCapture | MessageIgnored:
    mode = data.text("mode", _CAPTURE.mode.value)
    if mode not in CaptureMode.__members__.values():
        return MessageIgnored(1113, "unknown capture mode")
    return StartVisionCustomCapture(
        text=data.text("text", _CAPTURE.text),
        mode=CaptureMode(mode),
        each_duration=_seconds(data, "eachDuration", _CAPTURE.each_duration),
        num=data.integer("num", _CAPTURE.num, low=1, high=MAX_CAPTURE_IMAGES),
        duration=_seconds(data, "duration", _CAPTURE.duration),
        user_data=data.text("userData", _CAPTURE.user_data, limit=MAX_USER_DATA),
    )


def _seconds(data: JsonObject, key: str, default: int) -> int:
    return data.integer(key, default, low=1, high=MAX_CAPTURE_SECONDS)


def _checks_data(command: UpdateVcrConfig) -> dict[str, Any]:
    _object_text(command.config)
    return dict(command.config)


def _read_checks(data: JsonObject) -> UpdateVcrConfig:
    # AICallKit's web client sends the configuration as the body itself; others may wrap it.
    wrapped = data.raw("vcrConfig") is not None
    return UpdateVcrConfig(data.parsed_object("vcrConfig") if wrapped else data.parsed_fields())


def _params_data(command: UpdateBailianAppParams) -> dict[str, Any]:
    return {"params": _object_text(command.params)}


def _silence_data(command: UpdateAsrMaxSilence) -> dict[str, Any]:
    return {"asrMaxSilence": within(command.milliseconds, MIN_ASR_SILENCE, MAX_ASR_SILENCE)}


def _read_silence(data: JsonObject) -> UpdateAsrMaxSilence:
    return UpdateAsrMaxSilence(
        data.integer("asrMaxSilence", low=MIN_ASR_SILENCE, high=MAX_ASR_SILENCE)
    )


def _rate_data(command: UpdateTtsSpeechRate) -> dict[str, Any]:
    return {"speechRate": within(command.rate, MIN_SPEECH_RATE, MAX_SPEECH_RATE)}


def _read_rate(data: JsonObject) -> UpdateTtsSpeechRate:
    return UpdateTtsSpeechRate(data.number("speechRate", low=MIN_SPEECH_RATE, high=MAX_SPEECH_RATE))


def _object_text(value: Mapping[str, JSON]) -> str:
    return bounded(dump_json(json_copy(value)))


CLIENT_MESSAGES: Final[MessageTable[Command]] = MessageTable(
    (
        bare(1100, StopAgent),
        bare(1101, InterruptSpeaking),
        switch(1102, EnableVoiceInterrupt),
        MessageKind(
            1103,
            SwitchVoiceId,
            lambda command: {"voiceId": identifier(command.voice_id)},
            lambda data: SwitchVoiceId(data.text("voiceId", limit=MAX_ID)),
        ),
        MessageKind(
            1104,
            RequestRtcToken,
            lambda command: {"userId": identifier(command.user_id)},
            lambda data: RequestRtcToken(data.text("userId", limit=MAX_ID)),
        ),
        switch(1105, EnablePushToTalk),
        bare(1106, StartPushToTalk),
        bare(1107, FinishPushToTalk),
        bare(1108, CancelPushToTalk),
        switch(1109, UseVoiceprint),
        bare(1110, ClearVoiceprint),
        MessageKind(1111, SendText, _text_data, _read_text),
        MessageKind(
            1112,
            SendCustomMessage,
            lambda command: {"message": bounded(command.message)},
            lambda data: SendCustomMessage(data.text("message")),
        ),
        MessageKind(1113, StartVisionCustomCapture, _capture_data, _read_capture),
        bare(1114, StopVisionCustomCapture),
        MessageKind(
            1115,
            UpdateLlmSystemPrompt,
            lambda command: {"prompt": bounded(command.prompt)},
            lambda data: UpdateLlmSystemPrompt(data.text("prompt")),
        ),
        MessageKind(1116, UpdateVcrConfig, _checks_data, _read_checks),
        MessageKind(
            1117,
            UpdateBailianAppParams,
            _params_data,
            lambda data: UpdateBailianAppParams(data.parsed_object("params")),
        ),
        MessageKind(1118, UpdateAsrMaxSilence, _silence_data, _read_silence),
        bare(1119, QueryAgentState),
        MessageKind(1120, UpdateTtsSpeechRate, _rate_data, _read_rate),
    )
)
