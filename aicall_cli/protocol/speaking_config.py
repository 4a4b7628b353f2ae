"""How an AICallKit agent speaks: its voice, and what it says of its own accord."""

from dataclasses import dataclass, field
from typing import Literal

from aicall_cli.protocol.config_group import ConfigGroup
from aicall_cli.protocol.config_setting import setting

__all__ = [
    "AmbientSoundConfig",
    "AutoSpeechConfig",
    "BackChannelingConfig",
    "LlmPending",
    "Message",
    "PronunciationRule",
    "TtsConfig",
    "UserIdle",
    "Word",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PronunciationRule(ConfigGroup):
    """How one word is pronounced."""

    word: str | None = setting(limit=10)
    pronunciation: str | None = setting(limit=10)
    type: Literal["replacement"] | None = setting(default="replacement")


@dataclass(frozen=True, slots=True, kw_only=True)
class TtsConfig(ConfigGroup):
    """The agent's voice."""

    voice_id: str | None = setting(limit=64)
    voice_id_list: tuple[str, ...] | None = setting(limit=64)
    """The voices that can be chosen."""
    model_id: str | None = setting()
    language_id: str | None = setting()
    emotion: str | None = setting()
    speech_rate: float | None = setting(low=0.5, high=2, default=1.0)
    pronunciation_rules: tuple[PronunciationRule, ...] | None = setting(most=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbientSoundConfig(ConfigGroup):
    """What is heard behind the agent."""

    resource_id: str | None = setting()
    volume: int | None = setting(low=0, high=100, default=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(ConfigGroup):
    """A word of attention, and how likely it is to be the one."""

    text: str | None = setting(limit=20)
    probability: float | None = setting(low=0, high=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackChannelingConfig(ConfigGroup):
    """The words of attention that the agent says while the caller speaks."""

    enabled: bool | None = setting(alias="Enable")
    trigger_stage: Literal["pause_detected"] | None = setting(default="pause_detected")
    probability: float | None = setting(low=0, high=1, default=0.5)
    words: tuple[Word, ...] | None = setting(most=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(ConfigGroup):
    """Something to say, and how likely it is to be the one."""

    text: str | None = setting(limit=100)
    probability: float | None = setting(low=0, high=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmPending(ConfigGroup):
    """What the agent says while its language model is slow."""

    wait_time: int | None = setting(low=500, high=10_000, unit="ms", default=3000)
    messages: tuple[Message, ...] | None = setting(most=10)
    mode: Literal["random", "sequence"] | None = setting()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserIdle(ConfigGroup):
    """What the agent says when the caller says nothing."""

    wait_time: int | None = setting(low=5000, high=600_000, unit="ms", default=10_000)
    max_repeats: int | None = setting(low=0, high=10, default=5)
    """Once more, and the call is ended."""
    messages: tuple[Message, ...] | None = setting(most=10)
    hangup_end_word: str | None = setting(limit=100)
    """Said before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoSpeechConfig(ConfigGroup):
    """What the agent says without being asked."""

    llm_pending: LlmPending = field(default_factory=LlmPending)
    user_idle: UserIdle = field(default_factory=UserIdle)
