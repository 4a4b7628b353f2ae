"""What a command may hold, whatever the call is doing: checked before it is sent."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from aicall_cli.engine.commands import (
    Command,
    RequestRtcToken,
    SendCustomMessage,
    SendText,
    StartVisionCustomCapture,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
)
from aicall_cli.engine.json_value import JSON, json_copy
from aicall_cli.engine.limits import (
    MAX_ASR_SILENCE,
    MAX_CAPTURE_IMAGES,
    MAX_CAPTURE_SECONDS,
    MAX_ID,
    MAX_SPEECH_RATE,
    MAX_TEXT,
    MAX_USER_DATA,
    MIN_ASR_SILENCE,
    MIN_SPEECH_RATE,
)
from aicall_cli.errors import ValueRefused


def require_sendable(command: Command) -> None:
    """Raise ValueRefused where the agent could not take what ``command`` holds."""
    rule = _RULES.get(type(command))
    if rule is not None:
        rule(command)


def _voice(command: SwitchVoiceId) -> None:
    _require_text(command.voice_id, "voice id", MAX_ID)


def _token(command: RequestRtcToken) -> None:
    _require_text(command.user_id, "user id", MAX_ID)


def _text(command: SendText) -> None:
    _require_text(command.text, "text", MAX_TEXT, hint="send it in pieces")


def _message(command: SendCustomMessage) -> None:
    _require_text(command.message, "message", MAX_TEXT, hint="send it in pieces")


def _prompt(command: UpdateLlmSystemPrompt) -> None:
    _require_text(command.prompt, "prompt", MAX_TEXT)


def _capture(command: StartVisionCustomCapture) -> None:
    _require_length(command.text, "text", MAX_TEXT)
    _require_length(command.user_data, "user data", MAX_USER_DATA)
    _require_range("interval of captures", command.each_duration, 1, MAX_CAPTURE_SECONDS, " s")
    _require_range("duration of the capture", command.duration, 1, MAX_CAPTURE_SECONDS, " s")
    _require_range("number of images", command.num, 1, MAX_CAPTURE_IMAGES)
    try:
        json.loads(command.user_data)
    except (ValueError, RecursionError):
        raise ValueRefused("the user data is not JSON") from None


def _checks(command: UpdateVcrConfig) -> None:
    _require_object(command.config, "configuration of the video checks")


def _parameters(command: UpdateBailianAppParams) -> None:
    _require_object(command.params, "parameters")


def _silence(command: UpdateAsrMaxSilence) -> None:
    _require_range("silence", command.milliseconds, MIN_ASR_SILENCE, MAX_ASR_SILENCE, " ms")


def _rate(command: UpdateTtsSpeechRate) -> None:
    _require_range("speech rate", command.rate, MIN_SPEECH_RATE, MAX_SPEECH_RATE)


_RULES: Final[Mapping[type[Command], Callable[[Any], None]]] = {
    SwitchVoiceId: _voice,
    RequestRtcToken: _token,
    SendText: _text,
    SendCustomMessage: _message,
    StartVisionCustomCapture: _capture,
    UpdateLlmSystemPrompt: _prompt,
    UpdateVcrConfig: _checks,
    UpdateBailianAppParams: _parameters,
    UpdateAsrMaxSilence: _silence,
    UpdateTtsSpeechRate: _rate,
}


def _require_text(text: str, name: str, limit: int, *, hint: str | None = None) -> None:
    if not text.strip():
        raise ValueRefused(f"there is no {name} to send")
    _require_length(text, name, limit, hint=hint)


def _require_length(text: str, name: str, limit: int, *, hint: str | None = None) -> None:
    if len(text) > limit:
        raise ValueRefused(
            f"the {name} has {len(text)} characters, the limit is {limit}", hint=hint
        )


def _require_range(name: str, value: float, low: float, high: float, unit: str = "") -> None:
    if not low <= value <= high:
        raise ValueRefused(f"the {name} is {value}{unit}, not between {low} and {high}{unit}")


def _require_object(value: Mapping[str, JSON], name: str) -> None:
    try:
        length = len(json.dumps(json_copy(value), ensure_ascii=False, separators=(",", ":")))
    except ValueError as error:
        raise ValueRefused(f"the {name} cannot be sent: {error}") from None
    if length > MAX_TEXT:
        raise ValueRefused(f"the {name}: JSON of {length} characters, the limit is {MAX_TEXT}")
