import math

import pytest

from aicall_cli.agent.turn_actions import (
    ChangeState,
    FinishSentence,
    HangUp,
    Leave,
    RefuseCommand,
)
from aicall_cli.agent.turn_machine import (
    MAX_FAREWELL_SECONDS,
    TurnMachine,
)
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.engine.enums import AgentState, LeaveReason
from tests.agent.turns import START, Act, machine, speaking


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
