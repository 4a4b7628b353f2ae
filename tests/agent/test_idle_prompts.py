import json
from typing import Any

import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.idle_prompts import IdlePrompts, idle_prompts_of
from aicall_cli.errors import UsageError
from aicall_cli.protocol.speaking_config import Message

HEY = json.dumps([{"Text": "Hey"}, {"Text": " "}])


def test_without_anything_to_say_there_are_no_prompts() -> None:
    assert idle_prompts_of(CallOptions({})) is None
    assert idle_prompts_of(CallOptions({"idle_prompts": '[{"Text": " "}]'})) is None


def test_they_are_taken_with_aicallkits_defaults() -> None:
    hey = (Message(text="Hey"),)
    taken = idle_prompts_of(CallOptions({"idle_prompts": HEY}))
    assert taken == IdlePrompts(wait=10.0, repeats=5, messages=hey, farewell="")
    options = CallOptions(
        {
            "idle_prompts": HEY,
            "idle_prompt_wait_ms": 5000,
            "idle_prompt_repeats": 0,
            "idle_farewell": "Bye.",
        }
    )
    assert idle_prompts_of(options) == IdlePrompts(
        wait=5.0, repeats=0, messages=hey, farewell="Bye."
    )
    options.finish()


@pytest.mark.parametrize(
    "bad", ["[", "{}", "[1]", json.dumps([{}] * 11), '[{"Text": 1}]', '[{"Words": "x"}]']
)
def test_what_makes_no_sense_is_refused(bad: Any) -> None:
    with pytest.raises(UsageError):
        idle_prompts_of(CallOptions({"idle_prompts": bad}))


def test_a_prompt_without_a_chance_is_never_said_unless_none_has_one() -> None:
    never, always = Message(text="a", probability=0), Message(text="b")
    assert {IdlePrompts(messages=(never, always)).choose() for _ in range(50)} == {"b"}
    assert {IdlePrompts(messages=(never, never)).choose() for _ in range(5)} == {"a"}
