"""How turns are taken in one call, and which options of its ``Join`` say so."""

from dataclasses import dataclass
from typing import Final

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.options import (
    MAX_ENDPOINTING_MS,
    MAX_IDLE_SECONDS,
    MIN_ENDPOINTING_MS,
    ServeOptions,
)
from aicall_cli.agent.vad_level import MAX_VAD_LEVEL

MAX_VAD_DURATION_MS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSettings:
    """How turns are taken in one call; times in seconds."""

    endpointing: float = 0.4
    """Silence that ends an utterance."""
    idle_timeout: float = 600.0
    """Without anything said for this long, the agent leaves."""
    voice_interrupt: bool = True
    """Whether the caller's voice stops the agent's."""
    vad_level: int = MAX_VAD_LEVEL
    """How clear a voice must be to count: a number of ``VAD_LEVELS``."""
    vad_duration: float = 0.0
    """How long a voice must last to stop the agent's; a shorter one is no interruption."""
    keeps_unheeded: bool = True
    """Whether what is said while the agent may not be interrupted is answered afterwards."""
    graceful_shutdown: bool = False
    """Whether an agent that is stopped finishes the sentence that it speaks."""
    push_to_talk: bool = False
    online_timeout: float = 30.0
    """Without a first media packet for this long the call is over."""
    offline_timeout: float = 30.0
    """Without another media packet for this long the call is over."""


def turn_settings_of(
    wanted: CallOptions, options: ServeOptions, voice_interrupt: bool
) -> TurnSettings:
    """Take the options of turns; raise UsageError on a bad one.

    What the caller leaves open is as the server's ``options`` say, and ``voice_interrupt`` is
    what its agent does by itself.
    """
    endpointing_ms = wanted.number(
        "endpointing_ms", options.endpointing_ms, MIN_ENDPOINTING_MS, MAX_ENDPOINTING_MS
    )
    return TurnSettings(
        endpointing=endpointing_ms / 1000,
        idle_timeout=wanted.number("idle_timeout", options.idle_timeout, 0.1, MAX_IDLE_SECONDS),
        voice_interrupt=wanted.flag("voice_interrupt", voice_interrupt),
        vad_level=int(wanted.number("vad_level", MAX_VAD_LEVEL, 0, MAX_VAD_LEVEL)),
        vad_duration=wanted.number("vad_duration_ms", 0, 0, MAX_VAD_DURATION_MS) / 1000,
        keeps_unheeded=wanted.word("no_interrupt_mode", ("cache", "discard")) == "cache",
        graceful_shutdown=wanted.flag("graceful_shutdown", False),
        push_to_talk=wanted.flag("push_to_talk", False),
        online_timeout=wanted.number("online_timeout", 30.0, 1, MAX_IDLE_SECONDS),
        # Of no second is "at once", which nobody knows before a second without packets.
        offline_timeout=max(wanted.number("offline_timeout", 30.0, 0, MAX_IDLE_SECONDS), 1.0),
    )
