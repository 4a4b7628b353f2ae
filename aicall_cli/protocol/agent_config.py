"""AICallKit's AgentConfig: what a caller may ask of an agent for one call.

Its JSON is what the vendor's clients and ``GenerateAIAgentCall`` send: PascalCase, with what
is not set left out, so that the agent's own template decides. Ranges are those of the vendor's
API reference (``AIAgentConfig`` of API 2020-11-09).
"""

from dataclasses import dataclass, field

from aicall_cli.protocol.config_group import ConfigGroup
from aicall_cli.protocol.config_setting import setting
from aicall_cli.protocol.hearing_config import (
    AsrConfig,
    InterruptConfig,
    TurnDetectionConfig,
    VoiceprintConfig,
)
from aicall_cli.protocol.llm_config import LlmConfig
from aicall_cli.protocol.picture_config import AvatarConfig, VcrConfig
from aicall_cli.protocol.speaking_config import (
    AmbientSoundConfig,
    AutoSpeechConfig,
    BackChannelingConfig,
    TtsConfig,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfig(ConfigGroup):
    """The settings of an agent for one call."""

    greeting: str | None = setting()
    """What it says first."""
    wake_up_query: str | None = setting()
    """What it answers first, as if the caller had said it."""
    max_idle_time: int | None = setting(low=1, unit="s", default=600)
    """Without anything said for this long it leaves."""
    user_online_timeout: int | None = setting(low=0, unit="s", default=60)
    """How long it waits for the caller."""
    user_offline_timeout: int | None = setting(low=0, unit="s", default=5)
    """How long it stays after the caller."""
    enable_push_to_talk: bool | None = setting(default=False)
    graceful_shutdown: bool | None = setting(default=False)
    """Whether it finishes its sentence when it is stopped."""
    volume: int | None = setting(low=0, high=400, default=100)
    """Per cent of its own loudness."""
    workflow_override_params: str | None = setting(json=True)
    enable_intelligent_segment: bool | None = setting(default=True)
    """Whether pieces of a sentence are put together."""
    pre_connect_audio_url: str | None = setting()
    """What the caller hears until it answers."""
    experimental_config: str | None = setting(json=True)
    avatar_url: str | None = setting()
    avatar_url_type: str | None = setting()
    asr_config: AsrConfig = field(default_factory=AsrConfig)
    tts_config: TtsConfig = field(default_factory=TtsConfig)
    llm_config: LlmConfig = field(default_factory=LlmConfig)
    avatar_config: AvatarConfig = field(default_factory=AvatarConfig)
    interrupt_config: InterruptConfig = field(default_factory=InterruptConfig)
    voiceprint_config: VoiceprintConfig = field(default_factory=VoiceprintConfig)
    turn_detection_config: TurnDetectionConfig = field(default_factory=TurnDetectionConfig)
    vcr_config: VcrConfig = field(default_factory=VcrConfig)
    ambient_sound_config: AmbientSoundConfig = field(default_factory=AmbientSoundConfig)
    back_channeling_configs: tuple[BackChannelingConfig, ...] | None = setting(
        alias="BackChannelingConfig"
    )
    auto_speech_config: AutoSpeechConfig = field(default_factory=AutoSpeechConfig)
