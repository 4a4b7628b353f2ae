from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from aicall_cli.errors import UsageError
from aicall_cli.protocol.config_group import (
    ConfigGroup,
    dotted_names,
    find_setting,
    settings_of,
    unknown_name,
)
from aicall_cli.protocol.config_setting import setting
from aicall_cli.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(ConfigGroup):
    text: str | None = setting(limit=5)
    weight: float | None = setting(low=0, high=1, default=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceConfig(ConfigGroup):
    voice_id: str | None = setting()
    rate: float | None = setting(low=0.5, high=2, default=1.0)
    query: str | None = setting(name="OpenAIQuery", private=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(ConfigGroup):
    mode: Literal["Normal", "Semantic"] | None = setting(default="Normal")
    enabled: bool | None = setting(alias="Enable")
    words: tuple[Word, ...] | None = setting(most=2)
    token: Secret | None = setting()
    voice_config: VoiceConfig = field(default_factory=VoiceConfig)


FULL = {
    "Mode": "Semantic",
    "Enabled": False,
    "Words": [{"Text": "hm", "Weight": 0.25}, {}],
    "Token": "hunter2",
    "VoiceConfig": {"VoiceId": "de", "Rate": 2.0, "OpenAIQuery": "key=hunter2"},
}


def test_nothing_is_set_at_first_and_nothing_is_written() -> None:
    config = Config()
    assert config.mode is None
    assert config.voice_config == VoiceConfig()
    assert config.as_plain() == {}
    assert config.as_json() == "{}"
    assert config.as_dotted() == {}


def test_what_is_read_is_what_is_written() -> None:
    config = Config.from_plain(FULL)
    assert config == Config(
        mode="Semantic",
        enabled=False,
        words=(Word(text="hm", weight=0.25), Word()),
        token=Secret("hunter2"),
        voice_config=VoiceConfig(voice_id="de", rate=2, query="key=hunter2"),
    )
    assert config.as_plain() == FULL
    assert Config.from_plain(config.as_plain()) == config
    assert config.as_json().startswith('{"Mode":"Semantic","Enabled":false,"Words":[{"Text":"hm"')


def test_what_says_nothing_sets_nothing() -> None:
    entries: dict[str, Any] = {"Mode": None, "VoiceConfig": None}
    assert Config.from_plain(entries) == Config()
    assert Config.from_plain({"VoiceConfig": {"Rate": -1}}) == Config()
    assert Config.from_plain({"Words": []}).as_plain() == {"Words": []}


def test_an_older_name_is_read_and_the_present_one_written() -> None:
    assert Config.from_plain({"Enable": True}).as_plain() == {"Enabled": True}


def test_what_is_set_has_dotted_names() -> None:
    config = Config(mode="Normal", voice_config=VoiceConfig(rate=1.5))
    assert config.as_dotted() == {"Mode": "Normal", "VoiceConfig.Rate": 1.5}
    assert dotted_names(Config) == (
        "Mode",
        "Enabled",
        "Words",
        "Token",
        "VoiceConfig.VoiceId",
        "VoiceConfig.Rate",
        "VoiceConfig.OpenAIQuery",
    )


def test_defaults_are_filled_in_on_request() -> None:
    filled = Config(words=(Word(text="a"),), voice_config=VoiceConfig(voice_id="de")).filled()
    assert filled.mode == "Normal"
    assert filled.enabled is None
    assert filled.words == (Word(text="a", weight=0.5),)
    assert filled.voice_config == VoiceConfig(voice_id="de", rate=1.0)
    assert Config(mode="Semantic").filled().mode == "Semantic"


def test_every_default_is_one_that_can_be_set() -> None:
    for group in (Config, Word, VoiceConfig):
        assert group.from_plain(group().filled().as_plain()) == group().filled()


def test_settings_are_read_off_the_class_once() -> None:
    assert settings_of(Config) is settings_of(Config)
    assert find_setting(Config, "Enable") == find_setting(Config, "Enabled")
    assert find_setting(Config, "enabled") is None


@pytest.mark.parametrize(
    ("entries", "says", "hint"),
    [
        ({"Mode": "x"}, "Mode must be Normal or Semantic, not 'x'", None),
        ({"VoiceConfig": {"Rate": 3}}, "VoiceConfig.Rate must be a number from 0.5 to 2", None),
        ({"VoiceConfig": 3}, "VoiceConfig must be an object, not 3", None),
        ({"Words": [{}, {"Text": "x" * 6}]}, "Words[1].Text must be a text of at most 5", None),
        ({"Words": [None]}, "Words[0] must be an object", None),
        ({"Words": [{}] * 3}, "Words must be a list of at most 2, not of 3", None),
        ({"Mod": 1}, "there is no setting 'Mod'", "did you mean Mode?"),
        ({"Rate": 1}, "there is no setting 'Rate'", "did you mean VoiceConfig.Rate?"),
        (
            {"VoiceConfig": {"voice_id": "x"}},
            "there is no setting 'VoiceConfig.voice_id'",
            "did you mean VoiceConfig.VoiceId?",
        ),
        ({"Words": [{"Txt": "a"}]}, "no setting 'Words[0].Txt'", "did you mean Words[0].Text?"),
        ({"q": 1}, "no setting 'q'", "there are Mode, Enabled, Words, Token, VoiceConfig.…"),
        ({"\x1b" * 200: 1}, "no setting '\\x1b\\x1b", "there are Mode"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_dotted_name(
    entries: dict[str, Any], says: str, hint: str | None
) -> None:
    with pytest.raises(UsageError) as caught:
        Config.from_plain(entries)
    assert says in caught.value.message
    assert len(caught.value.message) < 120
    assert (hint or "") in (caught.value.hint or "")


def test_an_object_made_in_python_is_checked_as_well() -> None:
    with pytest.raises(UsageError, match=r"VoiceConfig\.Rate must be a number from 0.5 to 2"):
        VoiceConfig(rate=3)
    with pytest.raises(UsageError, match=r"Config\.VoiceConfig must be an object, not 3"):
        Config(voice_config=3)  # type: ignore[arg-type]


def test_a_path_stands_before_the_names_that_are_near() -> None:
    error = unknown_name(VoiceConfig, "A.Rat", "A")
    assert error.hint == "did you mean A.Rate?"


def test_no_key_is_printed() -> None:
    assert "hunter2" not in repr(Config.from_plain(FULL))
