import json
from typing import Any

import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.chat_history import MAX_MESSAGE, ChatHistory, Said, chat_history_of
from aicall_cli.errors import UsageError


def lines(history: ChatHistory) -> list[str]:
    return [f"{it['role']}: {it['content']}" for it in history.messages()]


def test_questions_without_an_answer_are_one() -> None:
    history = ChatHistory()
    for text in ("One?", "Two?"):
        history.add(Said("user", text))
    assert lines(history) == ["user: One?\nTwo?"]


def test_the_latest_turns_are_kept_and_begin_with_the_caller() -> None:
    history = ChatHistory(2)
    for number in range(40):
        history.add(Said("user", f"{number}?"))
        history.add(Said("assistant", f"{number}."))
    history.add(Said("user", "40?"))
    assert [line.split()[1] for line in lines(history)] == ["38?", "38.", "39?", "39.", "40?"]
    history.add(Said("assistant", "40."))
    assert lines(history)[0] == "user: 39?"


def test_a_long_message_is_remembered_by_its_end() -> None:
    history = ChatHistory()
    history.add(Said("user", "x" * MAX_MESSAGE + "end"))
    (message,) = history.messages()
    assert len(message["content"]) == MAX_MESSAGE
    assert message["content"].endswith("end")


def test_of_an_answer_that_was_cut_off_what_was_heard_counts_where_that_is_asked_for() -> None:
    for as_heard, answer in ((False, "All of it."), (True, "All")):
        history = ChatHistory(as_heard=as_heard)
        history.add(Said("user", "One?"))
        history.add(Said("assistant", "All of it.", lambda: "All"))
        history.add(Said("user", "Two?"))
        assert lines(history) == ["user: One?", f"assistant: {answer}", "user: Two?"]


def test_an_answer_that_nobody_heard_is_none() -> None:
    history = ChatHistory(as_heard=True)
    history.add(Said("user", "One?"))
    history.add(Said("assistant", "All of it.", lambda: ""))
    history.add(Said("user", "Two?"))
    assert lines(history) == ["user: One?\nTwo?"]


def test_what_was_said_before_the_call_is_taken() -> None:
    said = [{"Role": "user", "Content": "One?"}, {"Role": "assistant", "Content": "Yes."}]
    options = CallOptions({"history": json.dumps(said), "history_limit": 3})
    history = chat_history_of(options)
    options.finish()
    history.add(Said("user", "Two?"))
    assert lines(history) == ["user: One?", "assistant: Yes.", "user: Two?"]


@pytest.mark.parametrize(
    "bad",
    [
        {"history": '[{"Role": "tool", "Content": "x"}]'},
        {"history": '[{"Content": "x"}]'},
        {"history": "[1]"},
        {"history_limit": 101},
        {"history_as_heard": "yes"},
    ],
)
def test_what_makes_no_sense_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        chat_history_of(CallOptions(bad))


def test_a_sentence_that_went_on_takes_the_place_of_its_beginning() -> None:
    history = ChatHistory()
    history.add(Said("user", "go forward"))
    history.add(Said("user", "go forward ten meters"))
    assert history.messages() == [{"role": "user", "content": "go forward ten meters"}]
