"""How an AICallKit agent hears: recognition, turns, interruption, voiceprint."""

from dataclasses import dataclass
from typing import Literal

from aicall_cli.protocol.config_group import ConfigGroup
from aicall_cli.protocol.config_setting import setting

__all__ = ["AsrConfig", "InterruptConfig", "TurnDetectionConfig", "VoiceprintConfig"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AsrConfig(ConfigGroup):
    """The recognition of the caller's speech."""

    asr_language_id: Literal["zh_mandarin", "en", "zh_en", "es", "jp"] | None = setting()
    asr_max_silence: int | None = setting(low=200, high=1200, unit="ms", default=400)
    """Silence that ends a sentence."""
    asr_hot_words: tuple[str, ...] | None = setting(most=128, limit=10)
    """Words that are likely to come."""
    vad_level: int | None = setting(low=0, high=11, default=11)
    """How hard it is to interrupt, and how much far speech is suppressed; 0 is off."""
    vad_duration: int | None = setting(low=200, high=2000, unit="ms", zero=True, default=0)
    """How long a voice must last to interrupt; 0 is off."""
    custom_params: str | None = setting(private=True)
    """Passed to the recogniser, as ``mode=fast&sample=16000``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnDetectionConfig(ConfigGroup):
    """When the caller's turn is over."""

    mode: Literal["Normal", "Semantic"] | None = setting(default="Semantic")
    """The vendor's client sets Semantic; a service that is told nothing takes Normal."""
    turn_end_words: tuple[str, ...] | None = setting()
    semantic_wait_duration: int | None = setting(low=0, high=10_000, unit="ms")
    """Unset: the service finds out how long to wait."""
    eagerness: Literal["Low", "Medium", "High"] | None = setting()
    """At most 6, 4 or 2 s of waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptConfig(ConfigGroup):
    """What stops the agent's speech."""

    enable_voice_interrupt: bool | None = setting(default=True)
    interrupt_words: tuple[str, ...] | None = setting()
    no_interrupt_mode: Literal["cache", "discard"] | None = setting(default="cache")
    """What becomes of the caller's words where the agent cannot be interrupted."""
    keep_interrupt_words_for_llm: bool | None = setting(
        name="KeepInterruptWordsForLLM", default=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceprintConfig(ConfigGroup):
    """Whether only one speaker is heard."""

    use_voiceprint: bool | None = setting(default=False)
    voiceprint_id: str | None = setting()
    registration_mode: Literal["Explicit", "Implicit"] | None = setting(default="Explicit")
    """Explicit: registered before; Implicit: learnt in the call."""
