"""What the agent says while its answer is long in coming."""

import random
from dataclasses import dataclass
from itertools import count
from typing import Final

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.phrases import ANY_CHANCE, choose, speakable
from aicall_cli.protocol.speaking_config import Message

MAX_PROMPTS: Final = 10
"""Prompts to choose from."""
DEFAULT_WAIT_MS: Final = 3000.0
MODES: Final = ("random", "sequence")


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingPrompts:
    """AICallKit's ``AutoSpeechConfig.LlmPending``."""

    wait: float = DEFAULT_WAIT_MS / 1000
    """Seconds without an answer and without sound before each prompt."""
    messages: tuple[Message, ...]
    in_sequence: bool = False
    """Whether they are said one after the other instead of at random."""


class PendingPrompter:
    """Says which prompt is the next; their sequence goes on from answer to answer."""

    def __init__(self, prompts: PendingPrompts, chance: random.Random = ANY_CHANCE) -> None:
        self.wait = prompts.wait
        self._prompts = prompts
        self._chance = chance
        self._said = count()

    def choose(self) -> str:
        """Return what to say now."""
        messages = self._prompts.messages
        if self._prompts.in_sequence:
            return messages[next(self._said) % len(messages)].text or ""
        return choose(messages, self._chance)


def pending_prompts_of(options: CallOptions) -> PendingPrompts | None:
    """Take the options; None without ``pending_prompts``; raise UsageError on a bad one.

    ``pending_prompts`` is a JSON array of AICallKit's messages, as ``idle_prompts`` is. Beside
    it: ``pending_prompt_wait_ms``, and ``pending_prompt_mode``, one of MODES.
    """
    said = options.objects("pending_prompts", MAX_PROMPTS)
    messages = speakable([Message.from_plain(it) for it in said])
    wait_ms = options.number("pending_prompt_wait_ms", DEFAULT_WAIT_MS, 500, 10_000)
    mode = options.word("pending_prompt_mode", MODES)
    if not messages:
        return None
    return PendingPrompts(wait=wait_ms / 1000, messages=messages, in_sequence=mode == MODES[1])
