"""Every field of AICallKit's AgentConfig, with its default and its range."""

import json
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.config_group import dotted_names

TEXTS = (
    "Greeting",
    "WakeUpQuery",
    "PreConnectAudioUrl",
    "AvatarUrl",
    "AvatarUrlType",
    "AsrConfig.CustomParams",
    "TtsConfig.VoiceId",
    "TtsConfig.LanguageId",
    "TtsConfig.ModelId",
    "TtsConfig.Emotion",
    "LlmConfig.LlmSystemPrompt",
    "LlmConfig.OpenAIExtraQuery",
    "AvatarConfig.AvatarId",
    "VoiceprintConfig.VoiceprintId",
    "AmbientSoundConfig.ResourceId",
    "AutoSpeechConfig.UserIdle.HangupEndWord",
)
OBJECTS = ("WorkflowOverrideParams", "ExperimentalConfig", "LlmConfig.BailianAppParams")
LISTS = (
    "AsrConfig.AsrHotWords",
    "TtsConfig.VoiceIdList",
    "InterruptConfig.InterruptWords",
    "TurnDetectionConfig.TurnEndWords",
)
FLAGS = {
    "EnablePushToTalk": False,
    "GracefulShutdown": False,
    "EnableIntelligentSegment": True,
    "LlmConfig.LlmCompleteReply": False,
    "LlmConfig.HistorySyncWithTTS": False,
    "InterruptConfig.EnableVoiceInterrupt": True,
    "InterruptConfig.KeepInterruptWordsForLLM": False,
    "VoiceprintConfig.UseVoiceprint": False,
    "VcrConfig.StillFrameMotion.Enabled": False,
    "VcrConfig.InvalidFrameMotion.Enabled": False,
    "VcrConfig.PeopleCount.Enabled": False,
    "VcrConfig.Equipment.Enabled": False,
    "VcrConfig.HeadMotion.Enabled": False,
    "VcrConfig.LookAway.Enabled": False,
}
"""Names and defaults."""
NUMBERS = {
    "MaxIdleTime": (600, 1, None),
    "UserOnlineTimeout": (60, 0, None),
    "UserOfflineTimeout": (5, 0, None),
    "Volume": (100, 0, 400),
    "AsrConfig.AsrMaxSilence": (400, 200, 1200),
    "AsrConfig.VadLevel": (11, 0, 11),
    "AsrConfig.VadDuration": (0, 200, 2000),
    "TtsConfig.SpeechRate": (1.0, 0.5, 2.0),
    "LlmConfig.LlmHistoryLimit": (10, 0, None),
    "LlmConfig.OutputMinLength": (None, 0, 100),
    "LlmConfig.OutputMaxDelay": (None, 1000, 10_000),
    "TurnDetectionConfig.SemanticWaitDuration": (None, 0, 10_000),
    "VcrConfig.StillFrameMotion.CallbackDelay": (3000, 200, 5000),
    "VcrConfig.InvalidFrameMotion.CallbackDelay": (3000, 200, 5000),
    "AmbientSoundConfig.Volume": (100, 0, 100),
    "AutoSpeechConfig.LlmPending.WaitTime": (3000, 500, 10_000),
    "AutoSpeechConfig.UserIdle.WaitTime": (10_000, 5000, 600_000),
    "AutoSpeechConfig.UserIdle.MaxRepeats": (5, 0, 10),
}
"""Names with default, lowest and highest."""
WORDS = {
    "AsrConfig.AsrLanguageId": (None, ("zh_mandarin", "en", "zh_en", "es", "jp")),
    "InterruptConfig.NoInterruptMode": ("cache", ("cache", "discard")),
    "VoiceprintConfig.RegistrationMode": ("Explicit", ("Explicit", "Implicit")),
    "TurnDetectionConfig.Mode": ("Semantic", ("Normal", "Semantic")),
    "TurnDetectionConfig.Eagerness": (None, ("Low", "Medium", "High")),
    "AutoSpeechConfig.LlmPending.Mode": (None, ("random", "sequence")),
}
"""Names with default and choices."""
GROUPS = (
    "TtsConfig.PronunciationRules",
    "LlmConfig.LlmHistory",
    "LlmConfig.FunctionMap",
    "BackChannelingConfigs",
    "AutoSpeechConfig.LlmPending.Messages",
    "AutoSpeechConfig.UserIdle.Messages",
)

FULL: dict[str, Any] = {
    "Greeting": "Hello",
    "MaxIdleTime": 30,
    "Volume": 0,
    "WorkflowOverrideParams": '{"a":1}',
    "AsrConfig": {"AsrLanguageId": "en", "AsrMaxSilence": 600, "AsrHotWords": ["aicall"]},
    "TtsConfig": {
        "VoiceId": "de",
        "SpeechRate": 1.25,
        "PronunciationRules": [
            {"Word": "110", "Pronunciation": "one ten", "Type": "replacement"},
        ],
    },
    "LlmConfig": {
        "LlmHistory": [{"Role": "user", "Content": "你好"}],
        "FunctionMap": [{"Function": "hangup", "MatchFunction": "bye"}],
    },
    "InterruptConfig": {"EnableVoiceInterrupt": False, "InterruptWords": ["stop"]},
    "VcrConfig": {"LookAway": {"Enabled": True}},
    "BackChannelingConfigs": [
        {
            "Enabled": True,
            "TriggerStage": "pause_detected",
            "Probability": 0.5,
            "Words": [{"Text": "mhm", "Probability": 1.0}],
        }
    ],
    "AutoSpeechConfig": {
        "LlmPending": {"Messages": [{"Text": "wait", "Probability": 1.0}], "Mode": "random"}
    },
}


def _nested(name: str, value: Any) -> dict[str, Any]:
    for part in reversed(name.split(".")):
        value = {part: value}
    assert isinstance(value, dict)
    return value


def test_these_are_all_of_its_fields() -> None:
    names = [*TEXTS, *OBJECTS, *LISTS, *FLAGS, *NUMBERS, *WORDS, *GROUPS]
    assert sorted(names) == sorted(dotted_names(AgentConfig))


def test_these_are_its_defaults() -> None:
    defaults = {**FLAGS, **{name: default for name, (default, *_) in (NUMBERS | WORDS).items()}}
    expected = {name: default for name, default in defaults.items() if default is not None}
    assert AgentConfig().filled().as_dotted() == expected


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_one(name: str) -> None:
    assert AgentConfig.from_plain(_nested(name, "x")).as_dotted() == {name: "x"}
    with pytest.raises(UsageError, match=f"{name} must be a text of at most"):
        AgentConfig.from_plain(_nested(name, 5))


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_json_in_a_text(name: str) -> None:
    for value in ('{"a":1}', {"a": 1}):
        assert AgentConfig.from_plain(_nested(name, value)).as_dotted() == {name: '{"a":1}'}
    with pytest.raises(UsageError, match=f"{name} must be a JSON object"):
        AgentConfig.from_plain(_nested(name, "[]"))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_texts(name: str) -> None:
    assert AgentConfig.from_plain(_nested(name, ["x"])).as_dotted() == {name: ("x",)}
    with pytest.raises(UsageError, match=rf"{name}\[0\] must be a text"):
        AgentConfig.from_plain(_nested(name, [5]))


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag_is_true_or_false(name: str) -> None:
    assert AgentConfig.from_plain(_nested(name, True)).as_dotted() == {name: True}
    with pytest.raises(UsageError, match=f"{name} must be true or false, not 1"):
        AgentConfig.from_plain(_nested(name, 1))


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_has_a_range(name: str) -> None:
    _, low, high = NUMBERS[name]
    for value in (low, low if high is None else high):
        assert AgentConfig.from_plain(_nested(name, value)).as_dotted() == {name: value}
    assert AgentConfig.from_plain(_nested(name, -1)) == AgentConfig()
    for value in (-5, *(() if high is None else (high + 0.1,))):
        with pytest.raises(UsageError, match=f"{name} must be .* from {low:g}.* not {value}"):
            AgentConfig.from_plain(_nested(name, value))


@pytest.mark.parametrize("name", WORDS)
def test_a_word_is_one_of_a_few(name: str) -> None:
    _, choices = WORDS[name]
    for word in choices:
        assert AgentConfig.from_plain(_nested(name, word)).as_dotted() == {name: word}
    with pytest.raises(UsageError, match=f"{name} must be {' or '.join(choices)}, not 'x'"):
        AgentConfig.from_plain(_nested(name, "x"))


def test_zero_turns_off_what_has_a_range_beyond_it() -> None:
    for name in ("AsrConfig.VadDuration", "LlmConfig.OutputMaxDelay"):
        assert AgentConfig.from_plain(_nested(name, 0)).as_dotted() == {name: 0}


@pytest.mark.parametrize(
    ("name", "most"), [("TtsConfig.PronunciationRules", 20), ("AsrConfig.AsrHotWords", 128)]
)
def test_a_list_has_an_end(name: str, most: int) -> None:
    with pytest.raises(UsageError, match=f"{name} must be a list of at most {most}, not of 129"):
        AgentConfig.from_plain(_nested(name, [{}] * 129))


@pytest.mark.parametrize(
    ("name", "item", "says"),
    [
        ("TtsConfig.PronunciationRules", {"Type": "x"}, r"\[0\].Type must be replacement"),
        ("LlmConfig.LlmHistory", {"Role": "x"}, r"\[0\].Role must be user or assistant"),
        ("LlmConfig.FunctionMap", {"Function": "x"}, r"\[0\].Function must be hangup"),
        ("BackChannelingConfigs", {"Probability": 2}, r"\[0\].Probability must be a number"),
        ("BackChannelingConfigs", {"Words": [{"Text": "x" * 21}]}, r"\[0\].Words\[0\].Text must"),
        ("AutoSpeechConfig.UserIdle.Messages", {"Text": "x" * 101}, r"\[0\].Text must be a text"),
    ],
)
def test_what_stands_in_a_list_is_checked(name: str, item: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=name + says):
        AgentConfig.from_plain(_nested(name, [item]))


def test_the_client_s_older_spelling_of_back_channeling_is_read() -> None:
    config = AgentConfig.from_plain({"BackChannelingConfig": [{"Enable": True}]})
    assert config.as_plain() == {"BackChannelingConfigs": [{"Enabled": True}]}


def test_json_and_toml_come_back_as_they_were() -> None:
    config = AgentConfig.from_plain(FULL)
    assert config.as_plain() == FULL
    assert AgentConfig.from_plain(json.loads(config.as_json())) == config
    toml = tomlkit.dumps(config.as_plain())
    assert "[TtsConfig]" in toml
    assert AgentConfig.from_plain(tomlkit.parse(toml).unwrap()) == config


def test_no_key_is_printed() -> None:
    config = AgentConfig.from_plain(
        {
            "ExperimentalConfig": {"key": "hunter2"},
            "AsrConfig": {"CustomParams": "key=hunter2"},
            "LlmConfig": {
                "OpenAIExtraQuery": "api-key=hunter2",
                "BailianAppParams": {"key": "hunter2"},
            },
        }
    )
    assert "hunter2" not in repr(config)
    assert config.as_json().count("hunter2") == 4


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@given(st.dictionaries(st.sampled_from(dotted_names(AgentConfig)), _VALUES, max_size=3))
def test_whatever_is_read_is_written_and_read_again(dotted: dict[str, Any]) -> None:
    for name, value in dotted.items():
        try:
            config = AgentConfig.from_plain(_nested(name, value))
        except UsageError:
            continue
        assert AgentConfig.from_plain(json.loads(config.as_json())) == config
