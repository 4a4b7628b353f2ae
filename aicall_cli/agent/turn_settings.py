"""How turns are taken in one call, and which options of its ``Join`` say so."""

from dataclasses import dataclass

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.options import (
    MAX_ENDPOINTING_MS,
    MAX_IDLE_SECONDS,
    MIN_ENDPOINTING_MS,
    ServeOptions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSettings:
    """How turns are taken in one call; times in seconds."""

    endpointing: float = 0.4
    """Silence that ends an utterance."""
    idle_timeout: float = 600.0
    """Without anything said for this long, the agent leaves."""
    voice_interrupt: bool = True
    """Whether the caller's voice stops the agent's."""
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
        push_to_talk=wanted.flag("push_to_talk", False),
        online_timeout=wanted.number("online_timeout", 30.0, 1, MAX_IDLE_SECONDS),
        offline_timeout=wanted.number("offline_timeout", 30.0, 1, MAX_IDLE_SECONDS),
    )
