"""What an assistant makes of certain words of its caller, as the call's options say."""

from dataclasses import dataclass
from typing import Final

from aicall_cli.agent.call_options import CallOptions

MAX_WORDS: Final = 100
"""Words that may be listened for."""

MAX_SEMANTIC_WAIT_MS: Final = 10_000
EAGERNESS_SECONDS: Final = {"Medium": 4.0, "Low": 6.0, "High": 2.0}
"""How long is waited where the caller says no more than how eager to be; the first unless said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRules:
    """Which words of the caller mean something to the turns."""

    interrupt_words: tuple[str, ...] = ()
    """What stops the agent when the caller says it, be voice interruption on or off."""
    answers_interrupt_words: bool = False
    """Whether it answers when nothing was said but those."""
    turn_end_words: tuple[str, ...] = ()
    """What ends the caller's turn at once when the caller says it."""
    semantic_wait: float = 0.0
    """Seconds that a sentence which looks unfinished is waited for to go on."""
    joins_parts: bool = True
    """Whether a caller who goes on before the answer is heard goes on with its sentence."""


NO_RULES: Final = SentenceRules()


def sentence_rules_of(options: CallOptions) -> SentenceRules:
    """Take the options named as the rules are; raise UsageError on a bad one."""
    return SentenceRules(
        interrupt_words=options.texts("interrupt_words", MAX_WORDS),
        answers_interrupt_words=options.flag("answers_interrupt_words", False),
        turn_end_words=options.texts("turn_end_words", MAX_WORDS),
        semantic_wait=_semantic_wait(options),
        joins_parts=options.flag("intelligent_segment", True),
    )


def _semantic_wait(options: CallOptions) -> float:
    eagerness = options.word("eagerness", tuple(EAGERNESS_SECONDS))
    longest = 1000 * EAGERNESS_SECONDS[eagerness]
    wait_ms = options.number("semantic_wait_ms", longest, 0, MAX_SEMANTIC_WAIT_MS)
    mode = options.word("turn_detection", ("Normal", "Semantic"))
    return wait_ms / 1000 if mode == "Semantic" else 0.0
