"""How an AICallKit agent thinks: its language model."""

from dataclasses import dataclass
from typing import Final, Literal

from aicall_cli.protocol.config_group import ConfigGroup
from aicall_cli.protocol.config_setting import setting

__all__ = ["FunctionMapping", "HistoryMessage", "LlmConfig"]

_MAX_PROMPT: Final = 32_768
_MAX_HISTORY: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionMapping(ConfigGroup):
    """A function of the model that does something in the call."""

    function: Literal["hangup"] | None = setting()
    match_function: str | None = setting()
    """The model's name for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMessage(ConfigGroup):
    """Something that was said before the call."""

    role: Literal["user", "assistant", "system", "function", "plugin", "tool"] | None = setting()
    content: str | None = setting()


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmConfig(ConfigGroup):
    """The language model."""

    llm_system_prompt: str | None = setting(limit=_MAX_PROMPT)
    llm_history_limit: int | None = setting(low=0, default=10)
    """Turns that the model is reminded of."""
    llm_history: tuple[HistoryMessage, ...] | None = setting(most=_MAX_HISTORY)
    llm_complete_reply: bool | None = setting(default=False)
    """Whether the whole answer comes in a message of its own (1017)."""
    history_sync_with_tts: bool | None = setting(name="HistorySyncWithTTS", default=False)
    """Whether the history holds what was heard of an answer rather than all of it."""
    open_ai_extra_query: str | None = setting(name="OpenAIExtraQuery", private=True)
    """``name=value&…`` for an OpenAI-compatible server."""
    bailian_app_params: str | None = setting(json=True)
    function_map: tuple[FunctionMapping, ...] | None = setting()
    output_min_length: int | None = setting(low=0, high=100, unit="characters")
    """Of a piece that goes to the voice; 0 is off."""
    output_max_delay: int | None = setting(low=1000, high=10_000, unit="ms", zero=True)
    """After which a shorter piece goes as well; 0 is off."""
