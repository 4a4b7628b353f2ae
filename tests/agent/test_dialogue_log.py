import pytest

from aicall_cli.agent import dialogue_log
from aicall_cli.agent.dialogue_log import AGENT, MAX_DIALOGUES, MAX_SENTENCE, USER, DialogueLog
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    UserSubtitleReceived,
)


def said(log: DialogueLog) -> list[tuple[str, str, str]]:
    return [(each.producer, each.type, each.text) for each in log.dialogues]


def test_sentences_are_put_together() -> None:
    log = DialogueLog("i1")
    log.note(UserSubtitleReceived("Good", False, 1), 1.0)
    log.note(UserSubtitleReceived("Good day", True, 1), 2.0)
    log.note(AgentStateChanged(AgentState.SPEAKING), 2.0)
    log.note(AgentSubtitleReceived("Good ", False, 1), 3.0)
    log.note(AgentSubtitleReceived("day to you.", False, 1), 3.5)
    log.note(AgentSubtitleReceived("", True, 1), 4.0)
    assert said(log) == [(USER, "normal", "Good day"), (AGENT, "normal", "Good day to you.")]
    fields = log.dialogues[1].fields()
    assert (fields["RoundId"], fields["Time"], fields["Source"]) == ("i1-1", 4000, "call")


def test_what_the_agent_was_told_to_say_is_a_speech() -> None:
    log = DialogueLog("i1")
    log.broadcast(2)
    log.note(AgentSubtitleReceived("The doors close.", True, 2), 1.0)
    log.note(AgentSubtitleReceived("Yes.", True, 2), 2.0)
    assert said(log) == [(AGENT, "speech", "The doors close."), (AGENT, "normal", "Yes.")]


def test_what_it_says_first_is_its_greeting() -> None:
    log = DialogueLog("i1")
    log.greeting = "Welcome. "
    for _ in range(2):
        log.note(AgentSubtitleReceived("Welcome.", True, 1), 1.0)
    assert said(log) == [(AGENT, "greeting", "Welcome."), (AGENT, "normal", "Welcome.")]


def test_silence_is_no_sentence() -> None:
    log = DialogueLog("i1")
    log.note(UserSubtitleReceived(" ", True, 1), 1.0)
    log.note(AgentSubtitleReceived("", True, 1), 1.0)
    assert log.dialogues == []


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    log = DialogueLog("i1")
    for number in range(MAX_DIALOGUES + 1):
        log.note(UserSubtitleReceived(str(number), True, number), 1.0)
    assert (len(log.dialogues), log.dialogues[0].text) == (MAX_DIALOGUES, "1")
    monkeypatch.setattr(dialogue_log, "MAX_OPEN", 2)
    for number in range(3):
        log.note(AgentSubtitleReceived("x" * MAX_SENTENCE, False, number), 1.0)
    log.note(AgentSubtitleReceived("more", True, 2), 1.0)
    assert log.dialogues[-1].text == "x" * MAX_SENTENCE
    log.note(AgentSubtitleReceived("its end", True, 0), 1.0)
    assert log.dialogues[-1].text == "its end"
