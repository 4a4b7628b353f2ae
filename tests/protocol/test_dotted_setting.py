from collections.abc import Sequence

import pytest

from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.dotted_setting import apply_settings


@pytest.mark.parametrize(
    ("settings", "plain"),
    [
        ((), {}),
        (["Greeting=Hello=you"], {"Greeting": "Hello=you"}),
        (["Greeting="], {"Greeting": ""}),
        ([" Volume =50"], {"Volume": 50}),
        (["TtsConfig.SpeechRate=1.2"], {"TtsConfig": {"SpeechRate": 1.2}}),
        (["Volume=50", "Volume=60"], {"Volume": 60}),
        (["Volume=50", "Volume=-1"], {}),
        (
            ["VcrConfig.LookAway.Enabled=true", "VcrConfig.Equipment.Enabled=false"],
            {"VcrConfig": {"LookAway": {"Enabled": True}, "Equipment": {"Enabled": False}}},
        ),
        (
            ["InterruptConfig.InterruptWords=stop, wait"],
            {"InterruptConfig": {"InterruptWords": ["stop", "wait"]}},
        ),
        (
            ['TtsConfig={"VoiceId": "de"}', "TtsConfig.SpeechRate=2"],
            {"TtsConfig": {"VoiceId": "de", "SpeechRate": 2.0}},
        ),
        (
            ['AutoSpeechConfig.LlmPending.Messages=[{"Text": "hm", "Probability": 1}]'],
            {"AutoSpeechConfig": {"LlmPending": {"Messages": [{"Text": "hm", "Probability": 1}]}}},
        ),
        (
            ['LlmConfig.BailianAppParams={"a": 1}'],
            {"LlmConfig": {"BailianAppParams": '{"a": 1}'}},
        ),
    ],
)
def test_each_setting_is_set_where_its_name_says(
    settings: Sequence[str], plain: dict[str, object]
) -> None:
    assert apply_settings(AgentConfig(), settings).as_plain() == plain


def test_what_was_set_before_stays() -> None:
    before = AgentConfig.from_plain({"Volume": 50, "TtsConfig": {"VoiceId": "de"}})
    after = apply_settings(before, ["TtsConfig.SpeechRate=2"])
    assert after.as_plain() == {"Volume": 50, "TtsConfig": {"VoiceId": "de", "SpeechRate": 2.0}}
    assert before.as_plain() == {"Volume": 50, "TtsConfig": {"VoiceId": "de"}}


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("hunter2", "a setting has a name, = and a value", "--set TtsConfig.SpeechRate=1.2"),
        ("=hunter2", "a setting has a name, = and a value", "--set"),
        ("SpeechRate=1", "no setting 'SpeechRate'", "did you mean TtsConfig.SpeechRate?"),
        ("TtsConfig.SpeachRate=1", "no setting 'TtsConfig.SpeachRate'", "TtsConfig.SpeechRate"),
        ("TtsConfig.=1", "no setting 'TtsConfig.'", "there are Greeting, "),
        ("Volume.X=1", "no setting 'Volume.X'", "did you mean Volume?"),
        ("Colours.X=1", "no setting 'Colours.X'", "there are Greeting, "),
        (
            "TtsConfig.SpeechRate=3",
            "TtsConfig.SpeechRate must be a number from 0.5 to 2, not 3",
            "",
        ),
        ("AsrConfig.AsrMaxSilence=100", "AsrConfig.AsrMaxSilence must be a whole number", ""),
        ("TtsConfig=de", "TtsConfig is not JSON in line 1, column 1", ""),
        ('TtsConfig={"Rate": 1}', "no setting 'TtsConfig.Rate'", ""),
    ],
)
def test_what_cannot_be_set_is_told(text: str, says: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        apply_settings(AgentConfig(), [text])
    assert says in caught.value.message
    assert hint in (caught.value.hint or "")
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"
