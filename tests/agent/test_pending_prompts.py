import json
import random
from typing import Any

import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.pending_prompts import PendingPrompter, PendingPrompts, pending_prompts_of
from aicall_cli.errors import UsageError
from aicall_cli.protocol.speaking_config import Message

ONE, TWO = Message(text="One moment."), Message(text="Still thinking.")
BOTH = json.dumps([ONE.as_plain(), {"Text": " "}, TWO.as_plain()])


def test_without_anything_to_say_there_are_none() -> None:
    assert pending_prompts_of(CallOptions({})) is None
    assert pending_prompts_of(CallOptions({"pending_prompts": '[{"Text": ""}]'})) is None


def test_they_are_taken_with_aicallkits_defaults() -> None:
    taken = pending_prompts_of(CallOptions({"pending_prompts": BOTH}))
    assert taken == PendingPrompts(wait=3.0, messages=(ONE, TWO), in_sequence=False)
    options = CallOptions(
        {
            "pending_prompts": BOTH,
            "pending_prompt_wait_ms": 500,
            "pending_prompt_mode": "sequence",
        }
    )
    taken = pending_prompts_of(options)
    assert taken == PendingPrompts(wait=0.5, messages=(ONE, TWO), in_sequence=True)
    options.finish()


@pytest.mark.parametrize(
    "bad",
    [
        {"pending_prompts": "{"},
        {"pending_prompts": json.dumps([{}] * 11)},
        {"pending_prompt_wait_ms": 499},
        {"pending_prompt_mode": "backwards"},
    ],
)
def test_what_makes_no_sense_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        pending_prompts_of(CallOptions(bad))


def test_a_sequence_begins_anew_after_its_end() -> None:
    prompter = PendingPrompter(PendingPrompts(messages=(ONE, TWO), in_sequence=True))
    assert [prompter.choose() for _ in range(3)] == [ONE.text, TWO.text, ONE.text]


def test_at_random_any_can_come() -> None:
    prompter = PendingPrompter(PendingPrompts(messages=(ONE, TWO)), random.Random(1))
    assert {prompter.choose() for _ in range(20)} == {ONE.text, TWO.text}
