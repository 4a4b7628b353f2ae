"""Which commands a call takes, and when."""

import pytest

from aicall_cli.engine.commands import (
    CancelPushToTalk,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    FinishPushToTalk,
    PushToTalkCommand,
    QueryAgentState,
    SendText,
    StartPushToTalk,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateTtsSpeechRate,
)
from aicall_cli.engine.enums import (
    EndReason,
)
from aicall_cli.engine.events import (
    AgentAudioStarted,
    CallEnded,
    snake_case,
)
from aicall_cli.engine.machine import CallMachine
from aicall_cli.errors import CommandRefused, ValueRefused
from tests.engine.machines import ALL_COMMANDS, connected_call, connecting_call


@pytest.mark.parametrize("command", ALL_COMMANDS, ids=repr)
def test_no_command_before_and_after_the_call(command: Command) -> None:
    over = connected_call()
    over.receive(CallEnded(EndReason.HUNG_UP, ""))
    for machine, state in (
        (CallMachine(), "none"),
        (connecting_call(), "connecting"),
        (over, "over"),
    ):
        with pytest.raises(CommandRefused, match=f"the call is {state}, not connected"):
            machine.command(command)
        assert not machine.push_to_talk


def test_checking_a_command_changes_nothing() -> None:
    machine = connected_call()
    for _ in range(2):
        machine.check(EnablePushToTalk(True))
        with pytest.raises(CommandRefused, match="push-to-talk is off"):
            machine.check(StartPushToTalk())
    assert not machine.push_to_talk
    machine.command(EnablePushToTalk(True))
    machine.check(StartPushToTalk())
    assert not machine.talking


@pytest.mark.parametrize("command", ALL_COMMANDS, ids=repr)
def test_no_command_before_the_data_channel_is_open(command: Command) -> None:
    machine = connecting_call()
    machine.receive(AgentAudioStarted())
    with pytest.raises(CommandRefused, match="message channel is not open yet") as caught:
        machine.command(command)
    assert caught.value.hint
    assert not machine.push_to_talk


@pytest.mark.parametrize(
    "command",
    [command for command in ALL_COMMANDS if not isinstance(command, PushToTalkCommand)],
    ids=repr,
)
def test_commands_that_change_nothing_here(command: Command) -> None:
    machine = connected_call()
    machine.command(command)
    assert machine.gate_open
    assert machine.voice_interrupt is None  # until the agent says so


def test_push_to_talk_closes_the_gate_while_the_key_is_up() -> None:
    machine = connected_call()
    gates = []
    for command in (EnablePushToTalk(True), StartPushToTalk(), FinishPushToTalk()):
        machine.command(command)
        gates.append((machine.gate_open, machine.talking))
    assert gates == [(False, False), (True, True), (False, False)]
    with pytest.raises(CommandRefused, match="push-to-talk has not started"):
        machine.command(CancelPushToTalk())


def test_voice_interruption_is_not_changed_in_push_to_talk() -> None:
    machine = connected_call()
    machine.command(EnablePushToTalk(True))
    with pytest.raises(CommandRefused, match="while push-to-talk is on"):
        machine.command(EnableVoiceInterrupt(True))


@pytest.mark.parametrize(
    "command",
    [SendText(" "), SwitchVoiceId(""), UpdateAsrMaxSilence(0), UpdateTtsSpeechRate(9)],
    ids=repr,
)
def test_what_the_agent_could_not_take_is_refused(command: Command) -> None:
    with pytest.raises(ValueRefused, match=r"there is no|, not between"):
        connected_call().command(command)


@pytest.mark.parametrize("command", ALL_COMMANDS, ids=repr)
def test_what_the_agent_does_not_know_is_refused_by_name(command: Command) -> None:
    machine = connected_call()
    name = snake_case(type(command).__name__)
    machine.agent_refuses = ("dance", name)
    with pytest.raises(CommandRefused, match=f"does not know how to do {name}$") as caught:
        machine.command(command)
    assert caught.value.hint
    assert not machine.push_to_talk
    if not isinstance(command, QueryAgentState):
        machine.command(QueryAgentState())
