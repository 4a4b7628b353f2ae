"""What the agent says when its caller says nothing, and when it gives up."""

from dataclasses import dataclass
from typing import Final

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.phrases import choose, speakable
from aicall_cli.protocol.speaking_config import Message

MAX_PROMPTS: Final = 10
"""Prompts to choose from."""
DEFAULT_WAIT_MS: Final = 10_000.0
DEFAULT_REPEATS: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IdlePrompts:
    """AICallKit's ``AutoSpeechConfig.UserIdle``."""

    wait: float = DEFAULT_WAIT_MS / 1000
    """Seconds of silence before each prompt."""
    repeats: int = int(DEFAULT_REPEATS)
    """Prompts without a word of the caller; once more, and the agent leaves."""
    messages: tuple[Message, ...]
    farewell: str = ""
    """What it says before it leaves."""

    def choose(self) -> str:
        """Return what to say, at random."""
        return choose(self.messages)


def idle_prompts_of(options: CallOptions) -> IdlePrompts | None:
    """Take the options; None without ``idle_prompts``; raise UsageError on a bad one.

    ``idle_prompts`` is a JSON array of AICallKit's messages: objects with ``Text`` and perhaps
    ``Probability``. Beside it: ``idle_prompt_wait_ms``, ``idle_prompt_repeats`` and
    ``idle_farewell``.
    """
    said = options.objects("idle_prompts", MAX_PROMPTS)
    messages = speakable([Message.from_plain(it) for it in said])
    wait_ms = options.number("idle_prompt_wait_ms", DEFAULT_WAIT_MS, 5000, 600_000)
    repeats = options.number("idle_prompt_repeats", DEFAULT_REPEATS, 0, 10)
    farewell = (options.text("idle_farewell", None) or "").strip()
    if not messages:
        return None
    return IdlePrompts(
        wait=wait_ms / 1000, repeats=int(repeats), messages=messages, farewell=farewell
    )
