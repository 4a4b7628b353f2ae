import math
from typing import Any

from aicall_cli.agent.hearing import Hearing
from aicall_cli.agent.turn_actions import (
    Announce,
    BeginUtterance,
    ChangeState,
    EndSentence,
    EndUtterance,
    Origin,
    StopSpeaking,
    TakeText,
)
from aicall_cli.agent.turn_machine import (
    MAX_UTTERANCE_SECONDS,
    SPENT_SECONDS,
    TurnMachine,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import (
    PushToTalkChanged,
)
from tests.agent.turns import about, hearing, keyed, machine


def test_a_word_ends_the_turn_at_once() -> None:
    turns = machine()
    turns.voice_started(101.0)
    assert turns.end_turn(7, 102.0) == []
    assert turns.end_turn(1, 102.0) == [EndUtterance(1, 0.0)]
    assert turns.end_turn(1, 102.1) == []
    assert turns.voice_ended(102.3, 0.2) == []
    assert turns.voice_started(103.0) == [BeginUtterance(2, Origin.ONSET)]
    turns.voice_ended(104.0, 0.2)
    assert turns.end_turn(2, 104.1) == [EndUtterance(2, about(0.3))]
    assert hearing(turns) is Hearing.QUIET


def test_who_goes_on_after_the_word_begins_the_next_turn() -> None:
    turns = machine()
    turns.voice_started(101.0)
    turns.end_turn(1, 102.0)
    assert turns.deadline == 102.0 + SPENT_SECONDS
    turns.speech_started(102.1)
    assert turns.tick(turns.deadline) == [
        StopSpeaking(InterruptedReason.BY_VOICE, audible=True),
        ChangeState(AgentState.LISTENING),
        BeginUtterance(2, Origin.LAST_END),
    ]


def test_who_goes_on_after_the_word_before_the_answer_is_heard_goes_on_with_the_sentence() -> None:
    turns = machine()
    turns.voice_started(101.0)
    turns.end_turn(1, 102.0)
    turns.reply_started(102.0)
    assert turns.hold_sentence(1, math.inf, 102.0)
    assert turns.tick(102.0 + SPENT_SECONDS) == [
        StopSpeaking(InterruptedReason.BY_VOICE, audible=False),
        ChangeState(AgentState.LISTENING),
        BeginUtterance(1, Origin.LAST_END),
    ]


def test_a_word_ends_no_turn_that_a_key_ends() -> None:
    turns = keyed()
    assert turns.end_turn(1, 102.0) == []
    assert hearing(turns) is Hearing.KEYED


def test_push_to_talk_leaves_a_turn_alone_that_a_word_ended() -> None:
    turns = machine()
    turns.voice_started(101.0)
    turns.end_turn(1, 102.0)
    assert turns.enable_push_to_talk(True, 102.1) == [Announce(PushToTalkChanged(True))]
    assert hearing(turns) is Hearing.GATED


def said(**settings: Any) -> TurnMachine:
    """Return a machine whose caller has said its first utterance."""
    turns = machine(**settings)
    turns.voice_started(101.0)
    turns.voice_ended(102.0, 0.2)
    assert turns.tick(102.2) == [EndUtterance(1, about(0.4))]
    turns.reply_started(102.2)
    return turns


def test_a_sentence_that_is_held_goes_on_with_its_own_id() -> None:
    turns = said()
    turns.reply_finished(102.4)
    assert turns.hold_sentence(1, 4.0, 102.4)
    assert turns.deadline == about(106.4)
    assert turns.voice_started(105.0) == [BeginUtterance(1, Origin.ONSET)]
    assert turns.deadline == 105.0 + MAX_UTTERANCE_SECONDS
    turns.voice_ended(106.0, 0.2)
    assert turns.tick(106.2) == [EndUtterance(1, about(0.4))]
    assert turns.voice_started(107.0) == [BeginUtterance(2, Origin.ONSET)]


def test_a_sentence_that_does_not_go_on_is_over() -> None:
    turns = said()
    turns.hold_sentence(1, 4.0, 102.4)
    assert turns.tick(106.3) == []
    assert turns.tick(106.4) == [EndSentence(1)]
    assert turns.voice_started(106.5)[-1] == BeginUtterance(2, Origin.ONSET)


def test_a_sentence_can_go_on_until_its_answer_is_heard() -> None:
    for heard in (False, True):
        turns = said()
        assert turns.hold_sentence(1, math.inf, 102.2)
        if heard:
            turns.speech_started(102.5)
        *stopped, begun = turns.voice_started(103.0)
        assert stopped[0] == StopSpeaking(InterruptedReason.BY_VOICE, audible=heard)
        assert begun == BeginUtterance(2 if heard else 1, Origin.ONSET)


def test_a_sentence_whose_answer_is_not_given_up_cannot_go_on() -> None:
    turns = said(voice_interrupt=False)
    turns.hold_sentence(1, math.inf, 102.2)
    assert turns.voice_started(103.0) == [BeginUtterance(2, Origin.ONSET)]


def test_a_sentence_whose_answer_was_stopped_by_a_key_does_not_go_on() -> None:
    turns = said()
    turns.hold_sentence(1, math.inf, 102.2)
    turns.interrupt(102.5)
    assert turns.voice_started(103.0) == [BeginUtterance(2, Origin.ONSET)]


def test_only_the_last_sentence_that_no_key_ended_can_be_held() -> None:
    turns = said()
    assert not turns.hold_sentence(0, 4.0, 102.3)
    turns.voice_started(102.4)
    assert not turns.hold_sentence(1, 4.0, 102.5)
    turns = keyed()
    turns.finish_push_to_talk(102.0)
    turns.tick(102.06)
    assert not turns.hold_sentence(1, 4.0, 102.1)


def test_what_else_the_caller_does_ends_a_sentence_that_is_held() -> None:
    turns = said()
    turns.hold_sentence(1, 4.0, 102.4)
    assert turns.text("typed", False, 103.0) == [EndSentence(1), TakeText(2, "typed")]
    turns = said()
    turns.hold_sentence(1, 4.0, 102.4)
    assert turns.enable_push_to_talk(True, 103.0)[0] == EndSentence(1)
