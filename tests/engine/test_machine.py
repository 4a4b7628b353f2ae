import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.commands import (
    CancelPushToTalk,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    SendText,
    StartPushToTalk,
    StopAgent,
)
from aicall_cli.engine.enums import AgentState, CallState, EndReason, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentAudioStarted,
    AgentErrorOccurred,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    CallEnded,
    CallStateChanged,
    DataChannelOpened,
    Event,
    MessageIgnored,
    PushToTalkChanged,
    SpeakingInterrupted,
    VoiceInterruptChanged,
    WarningRaised,
)
from aicall_cli.engine.limits import MAX_TEXT
from aicall_cli.engine.machine import CallMachine
from aicall_cli.errors import CommandRefused

_ALL_COMMANDS: list[Command] = [
    StopAgent(),
    InterruptSpeaking(),
    EnableVoiceInterrupt(True),
    EnablePushToTalk(True),
    StartPushToTalk(),
    FinishPushToTalk(),
    CancelPushToTalk(),
    SendText("hello"),
    QueryAgentState(),
]

_COMMAND_TYPES = (
    StopAgent,
    InterruptSpeaking,
    EnableVoiceInterrupt,
    EnablePushToTalk,
    StartPushToTalk,
    FinishPushToTalk,
    CancelPushToTalk,
    SendText,
    QueryAgentState,
)


def _connecting() -> CallMachine:
    machine = CallMachine()
    machine.begin()
    return machine


def _connected() -> CallMachine:
    machine = _connecting()
    machine.receive(DataChannelOpened())
    machine.receive(AgentAudioStarted())
    return machine


def test_a_new_call_knows_nothing() -> None:
    machine = CallMachine()
    assert machine.call_state is CallState.NONE
    assert machine.agent_state is None
    assert machine.voice_interrupt is None
    assert machine.ended is None
    assert machine.gate_open
    assert not machine.push_to_talk
    assert not machine.talking
    with pytest.raises(CommandRefused, match="the call has not begun"):
        machine.receive(DataChannelOpened())


def test_a_call_begins_once() -> None:
    machine = CallMachine()
    assert machine.begin() == [CallStateChanged(CallState.CONNECTING)]
    with pytest.raises(CommandRefused, match="begin is not possible while the call is connecting"):
        machine.begin()
    assert machine.call_state is CallState.CONNECTING


def test_the_agents_first_audio_connects_the_call() -> None:
    machine = _connecting()
    assert machine.receive(AgentAudioStarted()) == [
        AgentAudioStarted(),
        CallStateChanged(CallState.CONNECTED),
    ]
    assert machine.receive(AgentAudioStarted()) == []


def test_what_the_agent_says_is_noted_and_published() -> None:
    machine = _connecting()
    events: list[Event] = [
        DataChannelOpened(),
        AgentStateChanged(AgentState.LISTENING),
        VoiceInterruptChanged(False),
        PushToTalkChanged(True),
        AgentSubtitleReceived("hello", True, 0),
        SpeakingInterrupted(InterruptedReason.BY_WORDS),
        MessageIgnored(1005, "unknown type"),
        WarningRaised("late"),
    ]
    for event in events:
        assert machine.receive(event) == [event]
    assert machine.agent_state is AgentState.LISTENING
    assert machine.voice_interrupt is False
    assert machine.push_to_talk
    assert not machine.gate_open
    assert machine.ignored == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (4001, "the agent failed: no avatar is free (code 4001)"),
        (4004, "the agent failed: it cannot receive the caller's audio (code 4004)"),
        (4005, "the agent failed: its speech recognition failed (code 4005)"),
        (4006, "the agent failed: its avatar failed (code 4006)"),
    ],
)
def test_a_failure_of_the_agent_ends_the_call(code: int, message: str) -> None:
    machine = _connected()
    ended = CallEnded(EndReason.AGENT_FAILED, message)
    assert machine.receive(AgentErrorOccurred(code)) == [
        AgentErrorOccurred(code),
        CallStateChanged(CallState.ERROR),
        ended,
    ]
    assert machine.ended == ended


def test_why_the_agent_failed_is_told_where_it_says_so() -> None:
    machine = _connected()
    machine.receive(AgentErrorOccurred(4900, "HOST refused the key"))
    assert machine.ended == CallEnded(
        EndReason.AGENT_FAILED,
        "the agent failed: it could not make or speak an answer (code 4900): HOST refused the key",
    )
    machine = _connected()
    assert machine.receive(AgentErrorOccurred(4999, "no idea"))[1] == WarningRaised(
        "the agent reported an error of unknown code 4999: no idea"
    )


def test_an_unknown_error_code_is_a_warning() -> None:
    machine = _connected()
    assert machine.receive(AgentErrorOccurred(4999)) == [
        AgentErrorOccurred(4999),
        WarningRaised("the agent reported an error of unknown code 4999"),
    ]
    assert machine.ended is None


def test_leaving_for_no_other_reason_after_an_unknown_error_is_a_failure() -> None:
    machine = _connected()
    machine.receive(AgentErrorOccurred(4999))
    machine.receive(AgentWillLeave(LeaveReason.OTHER, "the voice broke"))
    assert machine.ended == CallEnded(
        EndReason.AGENT_FAILED, "the agent failed (code 4999): the agent left: the voice broke"
    )
    machine = _connected()
    machine.receive(AgentErrorOccurred(4999))
    machine.receive(AgentWillLeave(LeaveReason.IDLE, ""))
    assert machine.ended is not None
    assert machine.ended.reason is EndReason.AGENT_LEFT


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (AgentWillLeave(2001, ""), "the agent left because nobody spoke"),
        (AgentWillLeave(2001, "600 s"), "the agent left because nobody spoke: 600 s"),
        (AgentWillLeave(2002, ""), "the agent left after a person had taken over"),
        (AgentWillLeave(0, "bye"), "the agent left: bye"),
        (AgentWillLeave(-7, ""), "the agent left"),
    ],
)
def test_an_agent_that_leaves_ends_the_call_in_good_order(
    event: AgentWillLeave, message: str
) -> None:
    machine = _connected()
    ended = CallEnded(EndReason.AGENT_LEFT, message)
    assert machine.receive(event) == [event, CallStateChanged(CallState.OVER), ended]
    assert machine.ended == ended


@pytest.mark.parametrize("reason", EndReason)
@pytest.mark.parametrize("connected", [False, True])
def test_our_side_ends_the_call(reason: EndReason, connected: bool) -> None:
    machine = _connected() if connected else _connecting()
    ended = CallEnded(reason, "why")
    state = CallState.ERROR if reason.is_error else CallState.OVER
    assert machine.receive(ended) == [CallStateChanged(state), ended]


def test_the_first_end_is_the_end() -> None:
    machine = _connected()
    machine.receive(AgentWillLeave(2001, ""))
    first = machine.ended
    for event in (
        CallEnded(EndReason.CONNECTION_LOST, "closed"),
        AgentErrorOccurred(4005),
        AgentStateChanged(AgentState.SPEAKING),
    ):
        assert machine.receive(event) == []
    assert machine.ended is first
    assert machine.call_state is CallState.OVER
    assert machine.agent_state is None


@pytest.mark.parametrize("command", _ALL_COMMANDS, ids=repr)
def test_no_command_before_and_after_the_call(command: Command) -> None:
    over = _connected()
    over.receive(CallEnded(EndReason.HUNG_UP, ""))
    for machine, state in ((CallMachine(), "none"), (_connecting(), "connecting"), (over, "over")):
        with pytest.raises(CommandRefused, match=f"the call is {state}, not connected"):
            machine.command(command)
        assert not machine.push_to_talk


def test_checking_a_command_changes_nothing() -> None:
    machine = _connected()
    for _ in range(2):
        machine.check(EnablePushToTalk(True))
        with pytest.raises(CommandRefused, match="push-to-talk is off"):
            machine.check(StartPushToTalk())
    assert not machine.push_to_talk
    machine.command(EnablePushToTalk(True))
    machine.check(StartPushToTalk())
    assert not machine.talking


@pytest.mark.parametrize("command", _ALL_COMMANDS, ids=repr)
def test_no_command_before_the_data_channel_is_open(command: Command) -> None:
    machine = _connecting()
    machine.receive(AgentAudioStarted())
    with pytest.raises(CommandRefused, match="message channel is not open yet") as caught:
        machine.command(command)
    assert caught.value.hint
    assert not machine.push_to_talk


@pytest.mark.parametrize(
    "command",
    [
        StopAgent(),
        InterruptSpeaking(),
        EnableVoiceInterrupt(False),
        SendText("x"),
        QueryAgentState(),
    ],
    ids=repr,
)
def test_commands_that_change_nothing_here(command: Command) -> None:
    machine = _connected()
    machine.command(command)
    assert machine.gate_open
    assert machine.voice_interrupt is None  # until the agent says so


def test_push_to_talk_closes_the_gate_while_the_key_is_up() -> None:
    machine = _connected()
    gates = []
    for command in (EnablePushToTalk(True), StartPushToTalk(), FinishPushToTalk()):
        machine.command(command)
        gates.append((machine.gate_open, machine.talking))
    assert gates == [(False, False), (True, True), (False, False)]
    with pytest.raises(CommandRefused, match="push-to-talk has not started"):
        machine.command(CancelPushToTalk())


def test_voice_interruption_is_not_changed_in_push_to_talk() -> None:
    machine = _connected()
    machine.command(EnablePushToTalk(True))
    with pytest.raises(CommandRefused, match="while push-to-talk is on"):
        machine.command(EnableVoiceInterrupt(True))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no text to send"),
        (" \n", "there is no text to send"),
        ("x" * (MAX_TEXT + 1), "the text has 8193 characters, the limit is 8192"),
    ],
    ids=["empty", "blank", "long"],
)
def test_a_text_is_neither_empty_nor_too_long(text: str, says: str) -> None:
    machine = _connected()
    machine.command(SendText("x" * MAX_TEXT))
    with pytest.raises(CommandRefused, match=says):
        machine.command(SendText(text))


_anything = st.one_of(
    st.sampled_from(_ALL_COMMANDS),
    st.sampled_from(
        [
            DataChannelOpened(),
            AgentAudioStarted(),
            AgentErrorOccurred(4005),
            AgentErrorOccurred(1),
            AgentStateChanged(AgentState.THINKING),
            PushToTalkChanged(True),
            PushToTalkChanged(False),
            AgentWillLeave(2001, ""),
            CallEnded(EndReason.HUNG_UP, ""),
            CallEnded(EndReason.CONNECTION_LOST, ""),
        ]
    ),
)


@given(st.lists(_anything))
def test_in_any_order_the_call_ends_once_and_says_so_last(steps: list[Command | Event]) -> None:
    machine = _connecting()
    published: list[Event] = []
    for step in steps:
        if not isinstance(step, _COMMAND_TYPES):
            published += machine.receive(step)
            continue
        before = (machine.call_state, machine.push_to_talk, machine.talking)
        try:
            machine.command(step)
        except CommandRefused:
            assert (machine.call_state, machine.push_to_talk, machine.talking) == before
    ends = [event for event in published if isinstance(event, CallEnded)]
    assert ends == ([machine.ended] if machine.ended else [])
    assert not ends or published[-1] is ends[0]
