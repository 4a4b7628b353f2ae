from typing import Any

import pytest

from aicall_cli.backends.builtin_agent_config import BuiltinSettings, builtin_settings
from aicall_cli.protocol.agent_config import AgentConfig

ASKED: dict[str, Any] = {
    "Greeting": "Hello",
    "WakeUpQuery": "What is new?",
    "LlmConfig": {
        "LlmSystemPrompt": "Be brief.",
        "LlmHistoryLimit": 3,
        "LlmHistory": [{"Role": "user", "Content": "Hi"}],
        "FunctionMap": [{"Function": "hangup", "MatchFunction": "end_call"}],
        "LlmCompleteReply": True,
        "HistorySyncWithTTS": True,
        "OutputMinLength": 10,
        "OutputMaxDelay": 1000,
    },
    "MaxIdleTime": 30,
    "EnablePushToTalk": True,
    "AsrConfig": {"AsrMaxSilence": 600, "AsrLanguageId": "zh_en"},
    "InterruptConfig": {"EnableVoiceInterrupt": False, "InterruptWords": ["stop", "等"]},
    "TtsConfig": {
        "VoiceId": "de",
        "SpeechRate": 1.5,
        "PronunciationRules": [{"Word": "SQL", "Pronunciation": "sequel"}],
    },
    "BackChannelingConfigs": [{"Enabled": True, "Words": [{"Text": "mhm"}]}],
    "Volume": 250,
    "AmbientSoundConfig": {"ResourceId": "rain", "Volume": 50},
    "WorkflowOverrideParams": "{}",
    "UserOnlineTimeout": 60,
    "UserOfflineTimeout": 5,
    "AutoSpeechConfig": {
        "LlmPending": {"WaitTime": 500, "Messages": [{"Text": "Hm"}], "Mode": "sequence"},
        "UserIdle": {
            "WaitTime": 6000,
            "MaxRepeats": 2,
            "Messages": [{"Text": "Hey", "Probability": 0.5}],
            "HangupEndWord": "Bye",
        },
    },
}


def test_what_is_not_set_is_not_asked_for() -> None:
    assert builtin_settings(AgentConfig(), "echo") == BuiltinSettings({}, ())


def test_an_assistant_takes_voice_and_language_as_well() -> None:
    settings = builtin_settings(AgentConfig.from_plain(ASKED), "assistant")
    assert settings.options == {
        "idle_timeout": 30,
        "push_to_talk": True,
        "endpointing_ms": 600,
        "voice_interrupt": False,
        "language": "zh",
        "voice": "de",
        "speech_rate": 1.5,
        "pronunciation_rules": '[{"Word": "SQL", "Pronunciation": "sequel"}]',
        "back_channels": '[{"Enabled": true, "Words": [{"Text": "mhm"}]}]',
        "volume": 250,
        "ambient_sound": "rain",
        "ambient_volume": 50,
        "online_timeout": 60,
        "offline_timeout": 5,
        "greeting": "Hello",
        "wake_up_query": "What is new?",
        "system_prompt": "Be brief.",
        "history_limit": 3,
        "history": '[{"Role": "user", "Content": "Hi"}]',
        "history_as_heard": True,
        "output_min_length": 10,
        "output_max_delay_ms": 1000,
        "functions": '[{"Function": "hangup", "MatchFunction": "end_call"}]',
        "complete_reply": True,
        "pending_prompt_wait_ms": 500,
        "pending_prompts": '[{"Text": "Hm"}]',
        "pending_prompt_mode": "sequence",
        "idle_prompt_wait_ms": 6000,
        "idle_prompt_repeats": 2,
        "idle_prompts": '[{"Text": "Hey", "Probability": 0.5}]',
        "idle_farewell": "Bye",
        "interrupt_words": '["stop", "等"]',
    }
    assert settings.unused == ("WorkflowOverrideParams",)


@pytest.mark.parametrize(
    ("config", "picture"),
    [
        ({"AvatarConfig": {"AvatarId": "a"}}, "AvatarConfig.AvatarId"),
        ({"VcrConfig": {"Equipment": {"Enabled": True}}}, "VcrConfig.Equipment.Enabled"),
    ],
)
def test_who_asks_for_a_picture_is_told_by_the_agent(config: dict[str, Any], picture: str) -> None:
    settings = builtin_settings(AgentConfig.from_plain({**config, "Volume": 5}), "assistant")
    assert settings.options == {"volume": 5, "picture": picture}
    assert settings.unused == ()


@pytest.mark.parametrize(
    "config", [{"AvatarConfig": {"AvatarId": ""}}, {"VcrConfig": {"LookAway": {"Enabled": False}}}]
)
def test_who_asks_for_none_gets_the_agent(config: dict[str, Any]) -> None:
    settings = builtin_settings(AgentConfig.from_plain(config), "echo")
    assert settings.options == {}
    assert len(settings.unused) == 1


@pytest.mark.parametrize("agent_id", ["echo", "script:x.toml"])
def test_the_others_take_what_every_agent_does(agent_id: str) -> None:
    settings = builtin_settings(AgentConfig.from_plain(ASKED), agent_id)
    assert set(settings.options) == {
        "idle_timeout",
        "push_to_talk",
        "endpointing_ms",
        "voice_interrupt",
        "volume",
        "ambient_sound",
        "ambient_volume",
        "online_timeout",
        "offline_timeout",
    }
    assert settings.unused == (
        "Greeting",
        "WakeUpQuery",
        "WorkflowOverrideParams",
        "AsrConfig.AsrLanguageId",
        "TtsConfig.VoiceId",
        "TtsConfig.SpeechRate",
        "TtsConfig.PronunciationRules",
        "LlmConfig.LlmSystemPrompt",
        "LlmConfig.LlmHistoryLimit",
        "LlmConfig.LlmHistory",
        "LlmConfig.LlmCompleteReply",
        "LlmConfig.HistorySyncWithTTS",
        "LlmConfig.FunctionMap",
        "LlmConfig.OutputMinLength",
        "LlmConfig.OutputMaxDelay",
        "InterruptConfig.InterruptWords",
        "BackChannelingConfigs",
        "AutoSpeechConfig.LlmPending.WaitTime",
        "AutoSpeechConfig.LlmPending.Messages",
        "AutoSpeechConfig.LlmPending.Mode",
        "AutoSpeechConfig.UserIdle.WaitTime",
        "AutoSpeechConfig.UserIdle.MaxRepeats",
        "AutoSpeechConfig.UserIdle.Messages",
        "AutoSpeechConfig.UserIdle.HangupEndWord",
    )


@pytest.mark.parametrize("agent_id", ["echo", "assistant"])
def test_every_agent_takes_turns_as_it_is_asked_to(agent_id: str) -> None:
    asked = {
        "AsrConfig": {"VadLevel": 1, "VadDuration": 300},
        "InterruptConfig": {"NoInterruptMode": "discard"},
        "GracefulShutdown": True,
    }
    settings = builtin_settings(AgentConfig.from_plain(asked), agent_id)
    assert settings == BuiltinSettings(
        {
            "vad_level": 1,
            "vad_duration_ms": 300,
            "no_interrupt_mode": "discard",
            "graceful_shutdown": True,
        },
        (),
    )


def test_an_assistant_takes_turns_by_words_too() -> None:
    asked = {
        "EnableIntelligentSegment": False,
        "TurnDetectionConfig": {
            "Mode": "Semantic",
            "TurnEndWords": ["over"],
            "SemanticWaitDuration": 3000,
            "Eagerness": "High",
        },
    }
    config = AgentConfig.from_plain(asked)
    assert builtin_settings(config, "assistant") == BuiltinSettings(
        {
            "intelligent_segment": False,
            "turn_detection": "Semantic",
            "turn_end_words": '["over"]',
            "semantic_wait_ms": 3000,
            "eagerness": "High",
        },
        (),
    )
    assert len(builtin_settings(config, "echo").unused) == 5


@pytest.mark.parametrize(
    ("language", "code"),
    [("zh_mandarin", "zh"), ("zh_en", "zh"), ("en", "en"), ("es", "es"), ("jp", "ja")],
)
def test_languages_have_their_usual_codes(language: str, code: str) -> None:
    config = AgentConfig.from_plain({"AsrConfig": {"AsrLanguageId": language}})
    assert builtin_settings(config, "assistant").options == {"language": code}
