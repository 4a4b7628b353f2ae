from aicall_cli.agent.hearing import Hearing
from aicall_cli.agent.turn_actions import (
    Announce,
    BeginUtterance,
    ChangeState,
    DiscardUtterance,
    EndUtterance,
    Origin,
    StopSpeaking,
)
from aicall_cli.agent.turn_machine import (
    MAX_UTTERANCE_SECONDS,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import (
    VoiceInterruptChanged,
)
from tests.agent.turns import START, about, hearing, machine, speaking


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
