"""What an assistant makes of certain words of its caller, as the call's options say."""

from dataclasses import dataclass
from typing import Final

from aicall_cli.agent.call_options import CallOptions

MAX_WORDS: Final = 100
"""Words that may be listened for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRules:
    """Which words of the caller mean something to the turns."""

    interrupt_words: tuple[str, ...] = ()
    """What stops the agent when the caller says it, be voice interruption on or off."""
    answers_interrupt_words: bool = False
    """Whether it answers when nothing was said but those."""


NO_RULES: Final = SentenceRules()


def sentence_rules_of(options: CallOptions) -> SentenceRules:
    """Take the options named as the rules are; raise UsageError on a bad one."""
    return SentenceRules(
        interrupt_words=options.texts("interrupt_words", MAX_WORDS),
        answers_interrupt_words=options.flag("answers_interrupt_words", False),
    )
