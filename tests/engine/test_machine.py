from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.commands import (
    Command,
)
from aicall_cli.engine.connection import CONNECTING, JOINED
from aicall_cli.engine.enums import (
    AgentState,
    CallState,
    ConnectionReason,
    ConnectionStatus,
    EndReason,
    InterruptedReason,
    LeaveReason,
)
from aicall_cli.engine.error_code import ErrorCode
from aicall_cli.engine.events import (
    AgentAudioStarted,
    AgentErrorOccurred,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    ByeReceived,
    CallEnded,
    CallStateChanged,
    ConnectionStatusChanged,
    DataChannelOpened,
    Event,
    MessageIgnored,
    PushToTalkChanged,
    SpeakingInterrupted,
    VoiceInterruptChanged,
    WarningRaised,
)
from aicall_cli.engine.machine import CallMachine
from aicall_cli.errors import CommandRefused
from tests.engine.machines import ALL_COMMANDS, connected_call, connecting_call

_LEFT = ConnectionStatusChanged(ConnectionStatus.DISCONNECTED, ConnectionReason.LEFT)


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
    assert machine.begin() == [CallStateChanged(CallState.CONNECTING), CONNECTING]
    with pytest.raises(CommandRefused, match="begin is not possible while the call is connecting"):
        machine.begin()
    assert machine.call_state is CallState.CONNECTING


def test_the_agents_first_audio_connects_the_call() -> None:
    machine = connecting_call()
    assert machine.receive(AgentAudioStarted()) == [
        AgentAudioStarted(),
        CallStateChanged(CallState.CONNECTED),
    ]
    assert machine.receive(AgentAudioStarted()) == []


def test_what_the_agent_says_is_noted_and_published() -> None:
    machine = connecting_call()
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
    ("code", "why", "error"),
    [
        (4001, "no avatar is free", ErrorCode.AVATAR_ROUTES_EXHAUSTED),
        (4004, "it cannot receive the caller's audio", ErrorCode.AGENT_PULL_FAILED),
        (4005, "its speech recognition failed", ErrorCode.AGENT_ASR_FAILED),
        (4006, "its avatar failed", ErrorCode.AVATAR_SERVICE_FAILED),
    ],
)
def test_a_failure_of_the_agent_ends_the_call(code: int, why: str, error: ErrorCode) -> None:
    machine = connected_call()
    message = f"the agent failed: {why} (code {code})"
    ended = CallEnded(EndReason.AGENT_FAILED, message, error)
    assert machine.receive(AgentErrorOccurred(code)) == [
        AgentErrorOccurred(code),
        _LEFT,
        CallStateChanged(CallState.ERROR),
        ended,
    ]
    assert machine.ended == ended


def test_why_the_agent_failed_is_told_where_it_says_so() -> None:
    machine = connected_call()
    machine.receive(AgentErrorOccurred(4900, "HOST refused the key"))
    assert machine.ended == CallEnded(
        EndReason.AGENT_FAILED,
        "the agent failed: it could not make or speak an answer (code 4900): HOST refused the key",
        ErrorCode.UNKNOWN_ERROR,
    )
    machine = connected_call()
    assert machine.receive(AgentErrorOccurred(4999, "no idea"))[1] == WarningRaised(
        "the agent reported an error of unknown code 4999: no idea"
    )


def test_an_unknown_error_code_is_a_warning() -> None:
    machine = connected_call()
    assert machine.receive(AgentErrorOccurred(4999)) == [
        AgentErrorOccurred(4999),
        WarningRaised("the agent reported an error of unknown code 4999"),
    ]
    assert machine.ended is None


def test_leaving_for_no_other_reason_after_an_unknown_error_is_a_failure() -> None:
    machine = connected_call()
    machine.receive(AgentErrorOccurred(4999))
    machine.receive(AgentWillLeave(LeaveReason.OTHER, "the voice broke"))
    assert machine.ended == CallEnded(
        EndReason.AGENT_FAILED,
        "the agent failed (code 4999): the agent left: the voice broke",
        ErrorCode.UNKNOWN_ERROR,
    )
    machine = connected_call()
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
    machine = connected_call()
    ended = CallEnded(EndReason.AGENT_LEFT, message)
    assert machine.receive(event) == [event, _LEFT, CallStateChanged(CallState.OVER), ended]
    assert machine.ended == ended


@pytest.mark.parametrize("reason", EndReason)
@pytest.mark.parametrize("connected", [False, True])
def test_our_side_ends_the_call(reason: EndReason, connected: bool) -> None:
    machine = connected_call() if connected else connecting_call()
    state = CallState.ERROR if reason.is_error else CallState.OVER
    disconnected, changed, ended = machine.receive(CallEnded(reason, "why"))
    assert disconnected == ConnectionStatusChanged(machine.connection_status, ANY)
    assert changed == CallStateChanged(state)
    assert ended is machine.ended
    assert machine.ended is not None
    assert (machine.ended.reason, machine.ended.message) == (reason, "why")
    assert (machine.ended.error is not ErrorCode.NONE) == reason.is_error


def test_the_connection_is_followed_and_its_changes_are_told_once() -> None:
    machine = connecting_call()
    assert machine.connection_status.name == "CONNECTING"
    assert machine.receive(CONNECTING) == []
    assert machine.receive(JOINED) == [JOINED]
    lost = ConnectionStatusChanged(ConnectionStatus.FAILED, ConnectionReason.HEARTBEAT_TIMEOUT)
    assert machine.receive(lost) == [lost]
    ended = machine.receive(CallEnded(EndReason.CONNECTION_LOST, "silence"))
    assert ended == [CallStateChanged(CallState.ERROR), machine.ended]
    assert machine.connection_status.name == "FAILED"


def test_an_end_that_knows_its_error_keeps_it() -> None:
    machine = connecting_call()
    machine.receive(CallEnded(EndReason.CONNECT_FAILED, "why", ErrorCode.AGENT_NOT_FOUND))
    assert machine.ended is not None
    assert machine.ended.error is ErrorCode.AGENT_NOT_FOUND


@pytest.mark.parametrize(
    ("bye", "says", "error"),
    [
        (ByeReceived(1), "the media network says so", ErrorCode.KICKED_BY_SYSTEM),
        (ByeReceived(1, "the server ends"), "the server ends", ErrorCode.KICKED_BY_SYSTEM),
        (ByeReceived(2), "it was ended from outside", ErrorCode.KICKED_BY_CHANNEL_TERMINATED),
        (
            ByeReceived(3),
            "the same user joined it from elsewhere",
            ErrorCode.KICKED_BY_USER_REPLACE,
        ),
        (ByeReceived(77), "the media network says so", ErrorCode.KICKED_BY_SYSTEM),
    ],
)
def test_a_goodbye_of_the_network_ends_the_call(
    bye: ByeReceived, says: str, error: ErrorCode
) -> None:
    assert connected_call().receive(bye) == [
        bye,
        _LEFT,
        CallStateChanged(CallState.ERROR),
        CallEnded(EndReason.KICKED, f"put out of the call: {says} (reason {bye.reason})", error),
    ]


def test_the_first_end_is_the_end() -> None:
    machine = connected_call()
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


_anything = st.one_of(
    st.sampled_from(ALL_COMMANDS),
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
            ByeReceived(2),
            JOINED,
            _LEFT,
            CallEnded(EndReason.HUNG_UP, ""),
            CallEnded(EndReason.CONNECTION_LOST, ""),
        ]
    ),
)


@given(st.lists(_anything))
def test_in_any_order_the_call_ends_once_and_says_so_last(steps: list[Command | Event]) -> None:
    machine = connecting_call()
    published: list[Event] = []
    for step in steps:
        if not isinstance(step, Command):
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
