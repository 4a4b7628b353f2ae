"""What of an AgentConfig the built-in agents honour, and by which of their options."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.config_group import ConfigGroup
from aicall_cli.protocol.signaling import Option

_ASSISTANT: Final = "assistant"
_OF_ALL: Final[Mapping[str, str]] = {
    "AmbientSoundConfig.ResourceId": "ambient_sound",
    "AmbientSoundConfig.Volume": "ambient_volume",
    "AsrConfig.AsrMaxSilence": "endpointing_ms",
    "AsrConfig.VadDuration": "vad_duration_ms",
    "AsrConfig.VadLevel": "vad_level",
    "EnablePushToTalk": "push_to_talk",
    "GracefulShutdown": "graceful_shutdown",
    "InterruptConfig.EnableVoiceInterrupt": "voice_interrupt",
    "InterruptConfig.NoInterruptMode": "no_interrupt_mode",
    "MaxIdleTime": "idle_timeout",
    "UserOfflineTimeout": "offline_timeout",
    "UserOnlineTimeout": "online_timeout",
    "Volume": "volume",
}
"""Settings and the option of every agent that each is."""
_OF_ASSISTANT: Final[Mapping[str, str]] = {
    **_OF_ALL,
    "AsrConfig.AsrLanguageId": "language",
    "AutoSpeechConfig.LlmPending.Messages": "pending_prompts",
    "AutoSpeechConfig.LlmPending.Mode": "pending_prompt_mode",
    "AutoSpeechConfig.LlmPending.WaitTime": "pending_prompt_wait_ms",
    "AutoSpeechConfig.UserIdle.HangupEndWord": "idle_farewell",
    "AutoSpeechConfig.UserIdle.MaxRepeats": "idle_prompt_repeats",
    "AutoSpeechConfig.UserIdle.Messages": "idle_prompts",
    "AutoSpeechConfig.UserIdle.WaitTime": "idle_prompt_wait_ms",
    "BackChannelingConfigs": "back_channels",
    "EnableIntelligentSegment": "intelligent_segment",
    "Greeting": "greeting",
    "InterruptConfig.InterruptWords": "interrupt_words",
    "InterruptConfig.KeepInterruptWordsForLLM": "answers_interrupt_words",
    "LlmConfig.FunctionMap": "functions",
    "LlmConfig.HistorySyncWithTTS": "history_as_heard",
    "LlmConfig.LlmCompleteReply": "complete_reply",
    "LlmConfig.LlmHistory": "history",
    "LlmConfig.LlmHistoryLimit": "history_limit",
    "LlmConfig.LlmSystemPrompt": "system_prompt",
    "LlmConfig.OutputMaxDelay": "output_max_delay_ms",
    "LlmConfig.OutputMinLength": "output_min_length",
    "TtsConfig.PronunciationRules": "pronunciation_rules",
    "TtsConfig.SpeechRate": "speech_rate",
    "TtsConfig.VoiceId": "voice",
    "TurnDetectionConfig.Eagerness": "eagerness",
    "TurnDetectionConfig.Mode": "turn_detection",
    "TurnDetectionConfig.SemanticWaitDuration": "semantic_wait_ms",
    "TurnDetectionConfig.TurnEndWords": "turn_end_words",
    "WakeUpQuery": "wake_up_query",
}
_LANGUAGES: Final[Mapping[Option, str]] = {"zh_mandarin": "zh", "zh_en": "zh", "jp": "ja"}
"""AICallKit's languages that ISO 639 calls otherwise."""


@dataclass(frozen=True, slots=True)
class BuiltinSettings:
    """An AgentConfig as a built-in agent takes it."""

    options: Mapping[str, Option]
    """For its ``Join``."""
    unused: tuple[str, ...]
    """The settings that it does not know, by their dotted names."""


def builtin_settings(config: AgentConfig, agent_id: str) -> BuiltinSettings:
    """Return what agent ``agent_id`` makes of ``config``."""
    names = _OF_ASSISTANT if agent_id == _ASSISTANT else _OF_ALL
    wanted = config.as_dotted()
    options = {names[name]: _option(name, it) for name, it in wanted.items() if name in names}
    picture = picture_of(config)
    return BuiltinSettings(
        options=options if picture is None else {**options, "picture": picture},
        unused=tuple(name for name in wanted if name not in (*names, picture)),
    )


def picture_of(config: AgentConfig) -> str | None:
    """Return the setting that asks for a picture, which no built-in agent has; None for none.

    The agent fails for it (1000, 4006) as one does whose avatar does not come about.
    """
    return next((name for name, value in config.as_dotted().items() if _asks(name) and value), None)


def _asks(name: str) -> bool:
    return name == "AvatarConfig.AvatarId" or (
        name.startswith("VcrConfig.") and name.endswith(".Enabled")
    )


def _option(name: str, value: Option | tuple[str | ConfigGroup, ...]) -> Option:
    if isinstance(value, tuple):
        items = [it.as_plain() if isinstance(it, ConfigGroup) else it for it in value]
        return json.dumps(items, ensure_ascii=False)
    return _LANGUAGES.get(value, value) if name == "AsrConfig.AsrLanguageId" else value
