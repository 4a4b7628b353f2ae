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
    options = CallOptions({"turn_end_words": '["over"]', "intelligent_segment": False})
    assert sentence_rules_of(options) == SentenceRules(turn_end_words=("over",), joins_parts=False)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ({}, 0.0),
        ({"turn_detection": "Normal", "semantic_wait_ms": 3000, "eagerness": "Low"}, 0.0),
        ({"turn_detection": "Semantic"}, 4.0),
        ({"turn_detection": "Semantic", "eagerness": "Low"}, 6.0),
        ({"turn_detection": "Semantic", "eagerness": "High"}, 2.0),
        ({"turn_detection": "Semantic", "eagerness": "High", "semantic_wait_ms": 9000}, 9.0),
        ({"turn_detection": "Semantic", "semantic_wait_ms": 0}, 0.0),
    ],
)
def test_how_long_is_waited(asked: dict[str, str | float], wait: float) -> None:
    options = CallOptions(asked)
    assert sentence_rules_of(options).semantic_wait == wait
    options.finish()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="interrupt_words is not a JSON array"):
        sentence_rules_of(CallOptions({"interrupt_words": "stop"}))
    with pytest.raises(UsageError, match="turn_detection is Normal or Semantic, not 'Maybe'"):
        sentence_rules_of(CallOptions({"turn_detection": "Maybe"}))
