import itertools
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.hearing import Hearing
from aicall_cli.agent.turn_actions import (
    Action,
    BeginUtterance,
    DiscardUtterance,
    EndSentence,
    EndUtterance,
    HangUp,
    TakeText,
)
from aicall_cli.agent.turn_machine import TurnMachine
from tests.agent.turns import START, Act, machine


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
    lambda turns, now: turns.stop(HangUp("the caller hung up"), now),
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
