import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.sentence_rules import NO_RULES, SentenceRules, sentence_rules_of
from aicall_cli.errors import UsageError


def test_no_word_means_anything_that_nobody_named() -> None:
    assert sentence_rules_of(CallOptions({})) == NO_RULES


def test_the_words_are_taken() -> None:
    options = CallOptions({"interrupt_words": '["stop"]', "answers_interrupt_words": True})
    assert sentence_rules_of(options) == SentenceRules(
        interrupt_words=("stop",), answers_interrupt_words=True
    )
    options.finish()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="interrupt_words is not a JSON array"):
        sentence_rules_of(CallOptions({"interrupt_words": "stop"}))
