import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.hearing import Hearing
from aicall_cli.agent.turn_actions import (
    Action,
    Announce,
    BeginUtterance,
    ChangeState,
    DiscardUtterance,
    EndSentence,
    EndUtterance,
    FinishSentence,
    HangUp,
    Leave,
    Origin,
    RefuseCommand,
    StopSpeaking,
    TakeText,
)
from aicall_cli.agent.turn_machine import (
    KEY_TAIL_SECONDS,
    MAX_FAREWELL_SECONDS,
    MAX_UTTERANCE_SECONDS,
    SPENT_SECONDS,
    TurnMachine,
)
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentStateChanged,
    PushToTalkChanged,
    VoiceInterruptChanged,
)

START = 100.0
Act = Callable[[TurnMachine, float], list[Action]]


def about(seconds: float) -> Any:
    return pytest.approx(seconds)


def hearing(turns: TurnMachine) -> Hearing:
    return turns.hearing


def machine(**settings: Any) -> TurnMachine:
    turns = TurnMachine(TurnSettings(**settings), START)
    turns.channel_opened(START)
    return turns


def speaking(**settings: Any) -> TurnMachine:
    turns = machine(**settings)
    turns.reply_started(START)
    turns.speech_started(START)
    return turns


def keyed() -> TurnMachine:
    turns = machine(push_to_talk=True)
    turns.start_push_to_talk(START + 1)
    return turns


def test_an_utterance_ends_after_the_silence_that_was_set() -> None:
    turns = machine(endpointing=0.7)
    assert turns.voice_started(101.0) == [BeginUtterance(1, Origin.ONSET)]
    assert turns.voice_ended(102.0, silent_for=0.2) == []
    assert turns.deadline == about(101.8 + 0.7)
    assert turns.tick(102.4) == []
    (ended,) = turns.tick(102.5)
    assert ended == EndUtterance(1, about(0.7))
    assert hearing(turns) is Hearing.QUIET


def test_a_voice_that_comes_back_in_time_goes_on_with_the_utterance() -> None:
    turns = machine()
    turns.voice_started(101.0)
    turns.voice_ended(102.0, 0.2)
    assert turns.voice_started(102.1) == []
    assert turns.tick(103.0) == []
    turns.voice_ended(104.0, 0.2)
    assert turns.tick(104.2) == [EndUtterance(1, about(0.4))]


def test_the_next_utterance_has_the_next_id() -> None:
    turns = machine()
    for number in (1, 2, 3):
        at = START + number
        assert turns.voice_started(at) == [BeginUtterance(number, Origin.ONSET)]
        turns.voice_ended(at + 0.3, 0.2)
        assert turns.tick(at + 0.6) == [EndUtterance(number, about(0.5))]


def test_a_voice_without_end_is_cut_and_goes_on_as_the_next_utterance() -> None:
    turns = machine()
    turns.voice_started(101.0)
    turns.voice_ended(110.0, 0.2)
    turns.voice_started(110.1)  # coming back does not set the limit anew
    limit = 101.0 + MAX_UTTERANCE_SECONDS
    assert turns.deadline == limit
    assert turns.tick(limit) == [EndUtterance(1, 0.0), BeginUtterance(2, Origin.LAST_END)]
    assert turns.deadline == limit + MAX_UTTERANCE_SECONDS


def test_the_voice_stops_the_agent_and_says_why() -> None:
    assert speaking().voice_started(101.0) == [
        StopSpeaking(InterruptedReason.BY_VOICE, audible=True),
        ChangeState(AgentState.LISTENING),
        BeginUtterance(1, Origin.ONSET),
    ]


def test_the_voice_gives_up_an_answer_that_is_only_being_made() -> None:
    turns = machine()
    turns.reply_started(101.0)
    assert turns.voice_started(101.5)[0] == StopSpeaking(InterruptedReason.BY_VOICE, audible=False)


def test_where_voice_interruption_is_off_both_speak() -> None:
    turns = speaking(voice_interrupt=False)
    assert turns.voice_started(101.0) == [BeginUtterance(1, Origin.ONSET)]
    assert turns.state is AgentState.SPEAKING
    assert turns.enable_voice_interrupt(True) == [Announce(VoiceInterruptChanged(True))]
    turns.voice_ended(102.0, 0.2)
    turns.tick(103.0)
    assert StopSpeaking(InterruptedReason.BY_VOICE, audible=True) in turns.voice_started(104.0)


def test_a_voice_stops_the_agent_once_it_has_lasted() -> None:
    turns = speaking(vad_duration=0.5)
    assert turns.voice_started(101.0, voiced_for=0.1) == [BeginUtterance(1, Origin.ONSET)]
    assert hearing(turns) is Hearing.MURMUR
    assert turns.deadline == about(101.4)
    assert turns.tick(101.3) == []
    assert turns.tick(101.4) == [
        StopSpeaking(InterruptedReason.BY_VOICE, audible=True),
        ChangeState(AgentState.LISTENING),
    ]
    turns.voice_ended(102.0, 0.2)
    assert turns.tick(102.2) == [EndUtterance(1, about(0.4))]


def test_a_voice_too_short_to_stop_the_agent_is_answered_afterwards() -> None:
    turns = speaking(vad_duration=0.5)
    turns.voice_started(101.0)
    assert turns.voice_ended(101.4, 0.2) == []
    assert turns.voice_started(101.5) == []  # it is the same utterance, but lasts anew
    assert turns.deadline == about(102.0)
    turns.voice_ended(101.9, 0.2)
    assert turns.tick(102.2) == [EndUtterance(1, about(0.5))]
    assert turns.state is AgentState.SPEAKING


def test_how_long_a_voice_lasts_matters_only_where_it_would_stop_the_agent() -> None:
    for turns in (
        machine(vad_duration=0.5),
        speaking(vad_duration=0.5, voice_interrupt=False),
    ):
        turns.voice_started(101.0)
        assert hearing(turns) is Hearing.SPEECH
    turns = speaking(vad_duration=0.5)
    assert len(turns.voice_started(101.0, voiced_for=0.5)) == 3


def test_push_to_talk_forgets_a_voice_that_is_too_short_yet() -> None:
    turns = speaking(vad_duration=0.5)
    turns.voice_started(101.0)
    assert turns.enable_push_to_talk(True, 101.1)[0] == DiscardUtterance(1)


def test_what_is_said_while_the_agent_may_not_be_interrupted_can_be_dropped() -> None:
    turns = speaking(voice_interrupt=False, keeps_unheeded=False)
    assert turns.voice_started(101.0) == [BeginUtterance(1, Origin.ONSET, heeded=False)]
    turns.voice_ended(102.0, 0.2)
    assert turns.tick(102.2) == [DiscardUtterance(1)]
    turns.reply_finished(103.0)
    assert turns.voice_started(104.0) == [BeginUtterance(2, Origin.ONSET)]
    turns.voice_ended(105.0, 0.2)
    assert turns.tick(105.2) == [EndUtterance(2, about(0.4))]


def test_what_is_said_when_the_agent_is_stopped_after_all_is_answered() -> None:
    turns = speaking(voice_interrupt=False, keeps_unheeded=False)
    turns.voice_started(101.0)
    turns.interrupt(101.5)
    turns.voice_ended(102.0, 0.2)
    assert turns.tick(102.2) == [EndUtterance(1, about(0.4))]


def test_a_voice_that_becomes_long_enough_is_answered_where_a_short_one_is_dropped() -> None:
    for lasts, end in ((0.3, DiscardUtterance(1)), (0.8, EndUtterance(1, about(0.4)))):
        turns = speaking(vad_duration=0.5, keeps_unheeded=False)
        assert turns.voice_started(101.0) == [BeginUtterance(1, Origin.ONSET, heeded=False)]
        turns.tick(101.0 + lasts)
        turns.voice_ended(101.2 + lasts, 0.2)
        assert turns.tick(101.4 + lasts) == [end]


def test_a_voice_that_outlasts_the_agent_is_answered() -> None:
    turns = speaking(vad_duration=0.5, keeps_unheeded=False)
    turns.voice_started(101.0)
    turns.reply_finished(101.2)
    assert turns.tick(101.5) == []
    turns.voice_ended(102.0, 0.2)
    assert turns.tick(102.2) == [EndUtterance(1, about(0.4))]


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


def test_idleness_counts_from_when_the_caller_can_be_told_of_it() -> None:
    turns = TurnMachine(TurnSettings(idle_timeout=30.0), START)
    assert turns.deadline == math.inf
    assert turns.tick(START + 100) == []
    turns.channel_opened(START + 100)
    assert turns.deadline == START + 130
    assert isinstance(turns.tick(START + 130)[0], Leave)


GONE = HangUp("the caller hung up")
LEFT = Leave(LeaveReason.OTHER, "stopped")


def test_a_call_that_is_stopped_ends_at_once() -> None:
    assert speaking().stop(GONE, 101.0) == [GONE]
    assert machine(graceful_shutdown=True).stop(LEFT, 101.0) == [LEFT]


def test_where_it_is_wanted_the_sentence_is_finished_first() -> None:
    turns = speaking(graceful_shutdown=True)
    assert turns.stop(LEFT, 101.0) == [FinishSentence()]
    assert turns.deadline == 101.0 + MAX_FAREWELL_SECONDS
    assert turns.voice_started(102.0) == []
    assert turns.text("wait", True, 102.0) == [
        RefuseCommand("text while the agent finishes its last sentence")
    ]
    assert turns.tick(103.0) == []
    assert turns.reply_finished(104.0) == [ChangeState(AgentState.LISTENING), LEFT]


def test_a_last_sentence_without_end_is_not_waited_for() -> None:
    turns = speaking(graceful_shutdown=True)
    turns.stop(LEFT, 101.0)
    assert turns.tick(101.0 + MAX_FAREWELL_SECONDS) == [LEFT]


def test_a_last_sentence_that_is_interrupted_is_over() -> None:
    turns = speaking(graceful_shutdown=True)
    turns.stop(LEFT, 101.0)
    assert turns.interrupt(102.0)[-1] == LEFT


def test_to_be_stopped_twice_is_to_be_stopped_now() -> None:
    turns = speaking(graceful_shutdown=True)
    turns.stop(LEFT, 101.0)
    assert turns.stop(GONE, 101.5) == [GONE]


def test_a_caller_who_says_nothing_is_left() -> None:
    turns = machine(idle_timeout=30.0)
    assert turns.deadline == START + 30
    assert turns.tick(START + 29.9) == []
    (leave,) = turns.tick(START + 30)
    assert leave == Leave(LeaveReason.IDLE, "nothing was said for 30 s")


@pytest.mark.parametrize(
    "act",
    [
        lambda turns, now: turns.interrupt(now),
        lambda turns, now: turns.text("x", False, now),
        lambda turns, now: turns.enable_push_to_talk(True, now),
        lambda turns, now: turns.reply_finished(now),
    ],
    ids=["interrupt", "text", "push-to-talk", "reply"],
)
def test_whatever_happens_puts_the_leaving_off(act: Act) -> None:
    turns = machine(idle_timeout=30.0)
    act(turns, START + 20)
    assert turns.tick(START + 30) == []
    assert isinstance(turns.tick(START + 50)[0], Leave)


def test_the_agents_own_answer_is_no_idleness() -> None:
    turns = speaking(idle_timeout=30.0)
    assert turns.tick(START + 31) == []
    assert turns.tick(START + 60) == []
    turns.reply_finished(START + 61)
    assert turns.tick(START + 90) == []
    assert isinstance(turns.tick(START + 91)[0], Leave)


def hold(turns: TurnMachine, seconds: float, now: float) -> list[Action]:
    turns.hold_sentence(turns._utterance_id, seconds, now)
    return []


ACTS: list[Act] = [
    lambda turns, now: turns.voice_started(now),
    lambda turns, now: turns.voice_ended(now, 0.2),
    lambda turns, now: turns.enable_push_to_talk(True, now),
    lambda turns, now: turns.enable_push_to_talk(False, now),
    lambda turns, now: turns.start_push_to_talk(now),
    lambda turns, now: turns.finish_push_to_talk(now),
    lambda turns, now: turns.cancel_push_to_talk(now),
    lambda turns, now: turns.text("x", True, now),
    lambda turns, now: turns.interrupt(now),
    lambda turns, now: turns.reply_started(now),
    lambda turns, now: turns.speech_started(now),
    lambda turns, now: turns.reply_finished(now),
    lambda turns, now: turns.tick(now),
    lambda turns, now: turns.end_turn(turns._utterance_id, now),
    lambda turns, now: turns.stop(GONE, now),
    lambda turns, now: hold(turns, 3.0, now),
    lambda turns, now: hold(turns, math.inf, now),
]
INPUTS = st.sampled_from(ACTS)
SETTINGS = st.fixed_dictionaries(
    {
        "voice_interrupt": st.booleans(),
        "vad_duration": st.sampled_from([0.0, 0.2, 2.0]),
        "keeps_unheeded": st.booleans(),
        "graceful_shutdown": st.booleans(),
    }
)


@given(SETTINGS, st.lists(st.tuples(INPUTS, st.floats(0.0, 5.0)), max_size=60))
def test_utterances_never_overlap_and_ids_only_grow(
    settings: dict[str, Any], steps: list[tuple[Act, float]]
) -> None:
    turns = machine(idle_timeout=40.0, **settings)
    now = START
    open_id: int | None = None
    ids: list[int] = []
    for act, pause in steps:
        now += pause
        actions: list[Action] = act(turns, now)
        for action in actions:
            match action:
                case BeginUtterance(sentence_id):
                    assert open_id is None
                    open_id = sentence_id
                    ids.append(sentence_id)
                case EndUtterance(sentence_id, silence):
                    assert sentence_id == open_id
                    assert silence >= 0
                    open_id = None
                case DiscardUtterance(sentence_id):
                    assert sentence_id == open_id
                    open_id = None
                case EndSentence(sentence_id):
                    assert open_id is None
                    assert sentence_id == turns._utterance_id
                case TakeText(sentence_id, _):
                    ids.append(sentence_id)
        collecting = turns.hearing not in (Hearing.QUIET, Hearing.GATED, Hearing.SPENT)
        assert collecting == (open_id is not None)
    assert all(a <= b for a, b in itertools.pairwise(ids))


@given(SETTINGS, st.lists(st.tuples(INPUTS, st.floats(0.0, 5.0)), max_size=40))
def test_after_a_tick_at_the_deadline_the_deadline_is_later(
    settings: dict[str, Any], steps: list[tuple[Act, float]]
) -> None:
    turns = machine(**settings)
    now = START
    for act, pause in steps:
        now += pause
        act(turns, now)
        due = max(turns.deadline, now)
        turns.tick(due)
        assert turns.deadline > due
        now = due
