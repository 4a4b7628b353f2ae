import pytest

from aicall_cli.agent.hearing import Hearing
from aicall_cli.agent.turn_actions import (
    Announce,
    BeginUtterance,
    ChangeState,
    DiscardUtterance,
    EndUtterance,
    Origin,
    RefuseCommand,
    StopSpeaking,
    TakeText,
)
from aicall_cli.agent.turn_machine import (
    KEY_TAIL_SECONDS,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import (
    AgentStateChanged,
    PushToTalkChanged,
)
from tests.agent.turns import START, about, hearing, keyed, machine, speaking


def test_a_manual_interruption_has_its_own_reason() -> None:
    turns = speaking()
    assert turns.interrupt(101.0) == [
        StopSpeaking(InterruptedReason.BY_INTERRUPT_SPEAKING, audible=True),
        ChangeState(AgentState.LISTENING),
    ]
    assert turns.interrupt(101.1) == []


def test_states_are_told_when_they_change_only() -> None:
    turns = machine()
    assert turns.channel_opened(START) == [Announce(AgentStateChanged(AgentState.LISTENING))]
    assert turns.reply_started(101.0) == [ChangeState(AgentState.THINKING)]
    assert turns.reply_started(101.1) == []
    assert turns.speech_started(102.0) == [ChangeState(AgentState.SPEAKING)]
    assert turns.reply_started(102.5) == []  # the next answer waits behind this one
    assert turns.query_state() == [Announce(AgentStateChanged(AgentState.SPEAKING))]
    assert turns.reply_finished(103.0) == [ChangeState(AgentState.LISTENING)]
    assert turns.reply_finished(103.0) == []


def test_a_typed_text_counts_as_said_and_may_interrupt() -> None:
    turns = speaking()
    assert turns.text("one", False, 101.0) == [TakeText(1, "one")]
    assert turns.text("two", True, 101.5) == [
        StopSpeaking(InterruptedReason.BY_LLM_QUERY, audible=True),
        ChangeState(AgentState.LISTENING),
        TakeText(2, "two"),
    ]


def test_what_the_agent_is_told_to_say_is_a_sentence_and_may_interrupt() -> None:
    turns = speaking()
    assert turns.broadcast(False, 101.0) == (1, [])
    assert turns.broadcast(True, 101.5) == (
        2,
        [
            StopSpeaking(InterruptedReason.BY_SPEECH_BROADCAST, audible=True),
            ChangeState(AgentState.LISTENING),
        ],
    )
    assert turns.broadcast(True, 102.0) == (3, [])


def test_a_text_amid_an_utterance_leaves_its_id_alone() -> None:
    turns = machine()
    turns.voice_started(101.0)
    assert turns.text("typed", True, 101.5) == [TakeText(2, "typed")]
    turns.voice_ended(102.0, 0.2)
    assert turns.tick(103.0)[0] == EndUtterance(1, about(1.2))
    assert turns.voice_started(104.0)[0] == BeginUtterance(3, Origin.ONSET)


def test_push_to_talk_takes_what_lies_between_the_keys_and_a_little_more() -> None:
    turns = machine(push_to_talk=True)
    assert turns.channel_opened(START) == [
        Announce(AgentStateChanged(AgentState.LISTENING)),
        Announce(PushToTalkChanged(True)),
    ]
    assert turns.voice_started(101.0) == []
    assert turns.start_push_to_talk(102.0) == [BeginUtterance(1, Origin.KEY)]
    assert turns.voice_ended(103.0, 0.2) == []
    assert turns.tick(110.0) == []  # silence does not end it
    assert turns.finish_push_to_talk(111.0) == []
    assert hearing(turns) is Hearing.TAIL
    assert turns.deadline == 111.0 + KEY_TAIL_SECONDS
    assert turns.tick(111.06) == [EndUtterance(1, 0.0)]
    assert hearing(turns) is Hearing.GATED


def test_a_cancelled_key_discards() -> None:
    assert keyed().cancel_push_to_talk(103.0) == [DiscardUtterance(1)]


def test_the_key_interrupts_as_the_voice_does() -> None:
    turns = speaking(push_to_talk=True)
    assert turns.start_push_to_talk(102.0) == [
        StopSpeaking(InterruptedReason.BY_VOICE, audible=True),
        ChangeState(AgentState.LISTENING),
        BeginUtterance(1, Origin.KEY),
    ]


def test_a_key_within_the_tail_ends_the_utterance_before_it() -> None:
    turns = keyed()
    turns.finish_push_to_talk(102.0)
    assert turns.start_push_to_talk(102.01) == [
        EndUtterance(1, 0.0),
        BeginUtterance(2, Origin.KEY),
    ]


def test_a_key_held_too_long_begins_the_next_utterance() -> None:
    turns = keyed()
    assert turns.tick(turns.deadline) == [EndUtterance(1, 0.0), BeginUtterance(2, Origin.LAST_END)]


@pytest.mark.parametrize("key", ["start", "finish", "cancel"])
def test_keys_are_refused_by_name_while_push_to_talk_is_off(key: str) -> None:
    turns = machine()
    (refused,) = getattr(turns, f"{key}_push_to_talk")(101.0)
    assert isinstance(refused, RefuseCommand)
    assert key in refused.reason
    assert "quiet" in refused.reason


def test_enabling_is_answered_even_when_nothing_changes() -> None:
    turns = machine()
    assert turns.enable_push_to_talk(True, 101.0) == [Announce(PushToTalkChanged(True))]
    assert turns.enable_push_to_talk(True, 101.1) == [Announce(PushToTalkChanged(True))]
    assert turns.enable_push_to_talk(False, 101.2) == [Announce(PushToTalkChanged(False))]
    assert hearing(turns) is Hearing.QUIET


def test_enabling_forgets_what_is_being_said_and_keeps_what_was() -> None:
    turns = machine()
    turns.voice_started(101.0)
    assert turns.enable_push_to_talk(True, 101.5)[0] == DiscardUtterance(1)
    turns = machine()
    turns.voice_started(101.0)
    turns.voice_ended(102.0, 0.2)
    assert turns.enable_push_to_talk(True, 102.1)[0] == EndUtterance(1, about(0.3))


def test_disabling_forgets_a_held_key_and_keeps_a_released_one() -> None:
    assert keyed().enable_push_to_talk(False, 103.0)[0] == DiscardUtterance(1)
    turns = keyed()
    turns.finish_push_to_talk(102.0)
    assert turns.enable_push_to_talk(False, 102.01)[0] == EndUtterance(1, 0.0)


def test_disabling_amid_speech_begins_an_utterance() -> None:
    turns = machine(push_to_talk=True)
    turns.voice_started(101.0)
    assert turns.enable_push_to_talk(False, 101.5) == [
        Announce(PushToTalkChanged(False)),
        BeginUtterance(1, Origin.ONSET),
    ]
