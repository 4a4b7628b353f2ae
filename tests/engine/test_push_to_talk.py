import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.commands import (
    CancelPushToTalk,
    EnablePushToTalk,
    FinishPushToTalk,
    PushToTalkCommand,
    StartPushToTalk,
)
from aicall_cli.engine.push_to_talk import PushToTalk
from aicall_cli.errors import CommandRefused

_ON, _OFF = EnablePushToTalk(True), EnablePushToTalk(False)
_START, _FINISH, _CANCEL = StartPushToTalk(), FinishPushToTalk(), CancelPushToTalk()


def _after(*commands: PushToTalkCommand) -> PushToTalk:
    push_to_talk = PushToTalk()
    for command in commands:
        push_to_talk.apply(command)
    return push_to_talk


def _state(push_to_talk: PushToTalk) -> tuple[bool, bool, bool]:
    return push_to_talk.enabled, push_to_talk.talking, push_to_talk.gate_open


@pytest.mark.parametrize(
    ("commands", "state"),
    [
        ([], (False, False, True)),
        ([_ON], (True, False, False)),
        ([_ON, _START], (True, True, True)),
        ([_ON, _START, _FINISH], (True, False, False)),
        ([_ON, _START, _CANCEL], (True, False, False)),
        ([_ON, _START, _CANCEL, _START], (True, True, True)),
        ([_ON, _OFF], (False, False, True)),
        ([_ON, _START, _OFF], (False, False, True)),
        ([_ON, _START, _OFF, _ON], (True, False, False)),
    ],
)
def test_what_each_command_does(
    commands: list[PushToTalkCommand], state: tuple[bool, bool, bool]
) -> None:
    assert _state(_after(*commands)) == state


@pytest.mark.parametrize(
    ("commands", "refused", "says"),
    [
        ([], _OFF, "push-to-talk is already off"),
        ([], _START, "push-to-talk is off"),
        ([], _FINISH, "push-to-talk is off"),
        ([], _CANCEL, "push-to-talk is off"),
        ([_ON], _ON, "push-to-talk is already on"),
        ([_ON], _FINISH, "push-to-talk has not started"),
        ([_ON], _CANCEL, "push-to-talk has not started"),
        ([_ON, _START], _START, "push-to-talk has already started"),
        ([_ON, _START], _ON, "push-to-talk is already on"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    commands: list[PushToTalkCommand], refused: PushToTalkCommand, says: str
) -> None:
    push_to_talk = _after(*commands)
    before = _state(push_to_talk)
    with pytest.raises(CommandRefused, match=f"^{says}$"):
        push_to_talk.apply(refused)
    assert _state(push_to_talk) == before


def test_the_agents_answer_does_not_lift_the_key() -> None:
    push_to_talk = _after(_ON, _START)
    push_to_talk.announced(True)
    assert push_to_talk.talking


def test_the_agent_can_change_the_mode_by_itself() -> None:
    push_to_talk = PushToTalk()
    push_to_talk.announced(True)
    assert _state(push_to_talk) == (True, False, False)
    push_to_talk.apply(_START)
    push_to_talk.announced(False)
    assert _state(push_to_talk) == (False, False, True)


def test_the_answer_to_an_older_change_is_not_followed() -> None:
    push_to_talk = _after(_ON, _OFF)
    push_to_talk.announced(True)
    assert not push_to_talk.enabled
    push_to_talk.announced(False)
    assert not push_to_talk.enabled


def test_the_agent_can_refuse_the_last_change() -> None:
    push_to_talk = _after(_ON)
    push_to_talk.announced(False)
    assert _state(push_to_talk) == (False, False, True)


@given(st.lists(st.sampled_from([_ON, _OFF, _START, _FINISH, _CANCEL, True, False])))
def test_the_gate_is_closed_exactly_while_the_mode_is_on_and_the_key_is_up(
    steps: list[PushToTalkCommand | bool],
) -> None:
    push_to_talk = PushToTalk()
    for step in steps:
        if isinstance(step, bool):
            push_to_talk.announced(step)
            continue
        before = _state(push_to_talk)
        try:
            push_to_talk.apply(step)
        except CommandRefused:
            assert _state(push_to_talk) == before
        assert push_to_talk.gate_open == (not push_to_talk.enabled or push_to_talk.talking)
        assert push_to_talk.enabled or not push_to_talk.talking
