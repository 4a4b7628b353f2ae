import json
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.caller_commands import COMMAND_BURST, CallerCommands
from aicall_cli.agent.turn_actions import (
    AgentCommand,
    Announce,
    BeginUtterance,
    ChangeState,
    DiscardUtterance,
    HangUp,
    Origin,
    PassOn,
    RefuseCommand,
    StopSpeaking,
    TakeText,
)
from aicall_cli.agent.turn_machine import TurnMachine
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.engine.commands import (
    CancelPushToTalk,
    ClearVoiceprint,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    RequestRtcToken,
    SendCustomMessage,
    SendText,
    StartPushToTalk,
    StartVisionCustomCapture,
    StopAgent,
    StopVisionCustomCapture,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
    UseVoiceprint,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import (
    AgentEvent,
    AgentStateChanged,
    PushToTalkChanged,
    RtcTokenReceived,
    VisionCustomCaptureChanged,
    VoiceInterruptChanged,
    VoiceprintUsingChanged,
    snake_case,
)
from aicall_cli.protocol.aicallkit import encode_command
from aicall_cli.secret import Secret


class Desk:
    """Commands of one call."""

    def __init__(self, refuses: Collection[type[Command]] = ()) -> None:
        self.machine = TurnMachine(TurnSettings(), 0.0)
        self.commands = CallerCommands("c1", "u", self.machine, refuses)

    def send(self, command: Command, now: float = 1.0) -> list[object]:
        text = encode_command(command, sequence=1, sender="u", receiver="a")
        return list(self.commands.take(text, now))


def test_each_command_reaches_the_turn_machine() -> None:
    desk = Desk()
    assert desk.send(QueryAgentState()) == [Announce(AgentStateChanged(AgentState.LISTENING))]
    assert desk.send(EnableVoiceInterrupt(False)) == [Announce(VoiceInterruptChanged(False))]
    assert desk.send(EnablePushToTalk(True)) == [Announce(PushToTalkChanged(True))]
    assert desk.send(StartPushToTalk()) == [BeginUtterance(1, Origin.KEY)]
    assert desk.send(CancelPushToTalk()) == [DiscardUtterance(1)]
    desk.send(StartPushToTalk())
    assert desk.send(FinishPushToTalk()) == []
    desk.machine.reply_started(1.0)
    desk.machine.speech_started(1.0)
    assert desk.send(InterruptSpeaking()) == [
        StopSpeaking(InterruptedReason.BY_INTERRUPT_SPEAKING, audible=True),
        ChangeState(AgentState.LISTENING),
    ]
    assert desk.send(SendText("hello", False)) == [TakeText(3, "hello")]
    assert desk.commands.ignored == 0


def test_stopping_the_agent_ends_the_call() -> None:
    desk = Desk()
    assert desk.send(StopAgent()) == [HangUp("the caller hung up")]


def test_a_text_of_nothing_is_refused() -> None:
    (refused,) = Desk().send(SendText(" \n"))
    assert isinstance(refused, RefuseCommand)


_VENDORS_OWN: list[AgentCommand] = [
    UseVoiceprint(True),
    ClearVoiceprint(),
    StartVisionCustomCapture(),
    StopVisionCustomCapture(),
    UpdateVcrConfig({}),
    UpdateBailianAppParams({}),
]
_NO: dict[type[Command], AgentEvent] = {
    UseVoiceprint: VoiceprintUsingChanged(False),
    StartVisionCustomCapture: VisionCustomCaptureChanged(False),
    StopVisionCustomCapture: VisionCustomCaptureChanged(False),
}


@pytest.mark.parametrize("command", _VENDORS_OWN, ids=lambda command: type(command).__name__)
def test_what_an_agent_does_not_do_is_refused_by_name_and_answered(command: Command) -> None:
    name = snake_case(type(command).__name__)
    refused = RefuseCommand(f"{name}, which this agent does not know how to do")
    desk = Desk([type(command)])
    assert desk.commands.refuses == tuple(sorted([name, "request_rtc_token"]))
    no = _NO.get(type(command))
    assert desk.send(command) == ([Announce(no)] if no else []) + [refused]


@pytest.mark.parametrize(
    "command",
    [
        SwitchVoiceId("v2"),
        SendCustomMessage("{}"),
        UpdateLlmSystemPrompt("Be brief."),
        UpdateTtsSpeechRate(1.5),
        *_VENDORS_OWN,
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_is_the_agents_own_matter_is_passed_on(command: AgentCommand) -> None:
    assert Desk().send(command) == [PassOn(command)]


def test_the_silence_that_ends_an_utterance_is_changed_in_mid_call() -> None:
    desk = Desk()
    assert desk.send(UpdateAsrMaxSilence(1200)) == []
    desk.machine.voice_started(2.0)
    desk.machine.voice_ended(3.0, 0.2)
    assert desk.machine.deadline == pytest.approx(4.0)


@pytest.mark.parametrize(
    "body",
    [
        '{"type": 1118, "data": {"asrMaxSilence": 100}}',
        '{"type": 1120, "data": {"speechRate": 9}}',
        '{"type": 1103, "data": {"voiceId": " "}}',
    ],
)
def test_what_is_out_of_range_changes_nothing(body: str) -> None:
    desk = Desk()
    done = desk.commands.take(body, 1.0)
    assert all(isinstance(action, RefuseCommand) for action in done)
    assert done or desk.commands.ignored == 1


def test_what_another_sender_wrote_is_counted_and_not_obeyed() -> None:
    desk = Desk()
    text = encode_command(StopAgent(), sequence=1, sender="somebody", receiver="a")
    assert list(desk.commands.take(text, 1.0)) == []
    assert desk.commands.ignored == 1


@pytest.mark.parametrize(
    "data",
    ["", "{", "[]", '{"type": 4242}', '{"type": "ready_resp"}', b"\xff\x00", '{"type": 1111}'],
    ids=range(7),
)
def test_what_is_no_command_is_counted_and_logged(
    data: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    assert list(desk.commands.take(data, 1.0)) == []
    assert desk.commands.ignored == 1
    assert "call c1: a message of the caller is ignored" in caplog.text


def test_a_flood_is_dropped_unread_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    for _ in range(COMMAND_BURST + 50):
        desk.commands.take("garbage", 1.0)
    assert desk.commands.ignored == COMMAND_BURST
    assert caplog.text.count("too many messages") == 1
    assert desk.send(QueryAgentState(), now=2.0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.integers(1090, 1125) | JSON, JSON)
def test_no_message_raises(number: object, data: object) -> None:
    Desk().commands.take(json.dumps({"type": number, "data": data}), 1.0)


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    Desk().commands.take(data, 1.0)


def test_a_new_token_is_made_for_the_caller_and_nobody_else() -> None:
    desk = Desk()
    assert desk.send(RequestRtcToken("u")) == [
        RefuseCommand("request_rtc_token, which this agent does not know how to do")
    ]
    machine = TurnMachine(TurnSettings(), 0.0)
    commands = CallerCommands("c1", "caller", machine, (), lambda: Secret("new"))
    assert commands.refuses == ()
    for user in ("caller", ""):
        assert list(commands.obey(RequestRtcToken(user), 1.0)) == [
            Announce(RtcTokenReceived(Secret("new")))
        ]
    assert list(commands.obey(RequestRtcToken("other"), 1.0)) == [
        RefuseCommand("request_rtc_token for another user")
    ]
