import json

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
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentEvent,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    MessageIgnored,
    PushToTalkChanged,
    SpeakingInterrupted,
    UserSubtitleReceived,
    VoiceInterruptChanged,
)
from aicall_cli.engine.limits import MAX_TEXT
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.aicallkit import (
    MAX_MESSAGE,
    decode_command,
    decode_event,
    encode_command,
    encode_event,
)
from tests.protocol.golden import golden, golden_names

# What the files hold, by the number of the message. With a sequence number: written by us
# exactly so. Without: only read.
_EVENTS: dict[str, tuple[AgentEvent, int | None]] = {
    "agent_error": (AgentErrorOccurred(4005), 9),
    "agent_error_message": (AgentErrorOccurred(4900, "the server refused the key"), 9),
    "agent_state": (AgentStateChanged(AgentState.THINKING), 1),
    "agent_subtitle": (AgentSubtitleReceived("Ten meters, ", False, 3), 5),
    "agent_subtitle_defaults": (AgentSubtitleReceived("so be it — 好的 🙂", True, 3), None),
    "user_subtitle": (UserSubtitleReceived("go forward", False, 3, 2), 4),
    "user_subtitle_defaults": (UserSubtitleReceived("go forward ten meters", True, 3), None),
    "voice_interrupt": (VoiceInterruptChanged(False), 6),
    "push_to_talk": (PushToTalkChanged(True), 6),
    "push_to_talk_as_number": (PushToTalkChanged(True), None),
    "will_leave": (AgentWillLeave(2001, "idle for 600 s"), 12),
    "will_leave_defaults": (AgentWillLeave(0, ""), None),
    "interrupted": (SpeakingInterrupted(InterruptedReason.BY_VOICE), 8),
    "interrupted_unknown_reason": (SpeakingInterrupted(InterruptedReason.UNKNOWN), None),
}
_COMMANDS: dict[str, tuple[Command, int | None]] = {
    "stop_agent": (StopAgent(), 20),
    "interrupt_speaking": (InterruptSpeaking(), 2),
    "enable_voice_interrupt": (EnableVoiceInterrupt(False), 3),
    "enable_push_to_talk": (EnablePushToTalk(True), 3),
    "start_push_to_talk": (StartPushToTalk(), 4),
    "finish_push_to_talk": (FinishPushToTalk(), 5),
    "cancel_push_to_talk": (CancelPushToTalk(), 6),
    "send_text": (SendText("what time is it?"), 7),
    "send_text_defaults": (SendText("what time is it?"), None),
    "query_agent_state": (QueryAgentState(), 8),
}
_IGNORED_EVENTS = {
    "agent_state_unknown_state": MessageIgnored(1001, "unknown agent state 9"),
    "voice_id_unknown_type": MessageIgnored(1005, "unknown type"),
    "ready_resp_unknown_type": MessageIgnored(None, "the type is a string"),
    "stop_agent": MessageIgnored(1100, "unknown type"),
}
_IGNORED_COMMANDS = {
    "request_token_unknown_type": MessageIgnored(1104, "unknown type"),
    "ready_resp_unknown_type": MessageIgnored(None, "the type is a string"),
    "agent_state": MessageIgnored(1001, "unknown type"),
}
_REFUSED = {
    "agent_error_code_missing": "data: code is missing",
    "agent_state_truncated": "not valid JSON",
    "agent_state_wrong_types": "data: state is not an integer but of type bool",
    "agent_subtitle_truncated": "not valid JSON",
    "agent_subtitle_wrong_types": "data: text is not a string but of type list",
    "data_wrong_types": "data is not an object but of type str",
    "envelope_wrong_types": "type is not an integer but of type float",
    "send_text_truncated": "not valid JSON",
    "send_text_wrong_types": "data: text is not a string but of type int",
    "user_subtitle_wrong_types": "data: end is not a boolean but of type int",
}


def test_each_golden_file_is_tested() -> None:
    tested = {*_EVENTS, *_COMMANDS, *_IGNORED_EVENTS, *_IGNORED_COMMANDS, *_REFUSED}
    assert golden_names("aicallkit") == tested


@pytest.mark.parametrize("name", _EVENTS)
def test_an_agents_message_is_an_event(name: str) -> None:
    assert decode_event(golden("aicallkit", name)) == _EVENTS[name][0]


@pytest.mark.parametrize("name", _COMMANDS)
def test_a_clients_message_is_a_command(name: str) -> None:
    assert decode_command(golden("aicallkit", name)) == _COMMANDS[name][0]


@pytest.mark.parametrize("name", [name for name, (_, sequence) in _EVENTS.items() if sequence])
def test_an_event_is_written_as_the_agent_writes_it(name: str) -> None:
    event, sequence = _EVENTS[name]
    assert sequence is not None
    written = encode_event(event, sequence=sequence, sender="agent-7f3a", receiver="caller-1")
    assert written == golden("aicallkit", name).decode().strip()


@pytest.mark.parametrize("name", [name for name, (_, sequence) in _COMMANDS.items() if sequence])
def test_a_command_is_written_as_the_client_writes_it(name: str) -> None:
    command, sequence = _COMMANDS[name]
    assert sequence is not None
    written = encode_command(command, sequence=sequence, sender="caller-1", receiver="agent-7f3a")
    assert written == golden("aicallkit", name).decode().strip()


def test_an_event_is_a_broadcast_unless_it_has_a_receiver() -> None:
    written = encode_event(PushToTalkChanged(True), sequence=1, sender="agent")
    assert json.loads(written)["receiverId"] == ""


@pytest.mark.parametrize("name", _IGNORED_EVENTS)
def test_what_has_no_meaning_for_a_client_is_ignored(name: str) -> None:
    assert decode_event(golden("aicallkit", name)) == _IGNORED_EVENTS[name]


@pytest.mark.parametrize("name", _IGNORED_COMMANDS)
def test_what_has_no_meaning_for_an_agent_is_ignored(name: str) -> None:
    assert decode_command(golden("aicallkit", name)) == _IGNORED_COMMANDS[name]


@pytest.mark.parametrize("name", _REFUSED)
def test_what_is_no_message_is_refused(name: str) -> None:
    decode = decode_command if name.startswith("send") else decode_event
    with pytest.raises(RemoteProtocolError) as caught:
        decode(golden("aicallkit", name))
    assert str(caught.value) == f"data channel message: {_REFUSED[name]}"


@pytest.mark.parametrize(
    "data",
    [
        '{"text":"x","sentenceId":9007199254740992}',
        '{"text":"x","sentenceId":1,"voiceprint":101}',
        '{"text":"x","sentenceId":1,"voiceprint":-1}',
        '{"text":"%s","sentenceId":1}' % ("x" * (MAX_TEXT + 1)),
    ],
)
def test_fields_are_bounded(data: str) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_event(f'{{"type":1003,"data":{data}}}')


def test_codes_and_reasons_are_bounded() -> None:
    for message in (
        '{"type":1000,"data":{"code":2147483648}}',
        '{"type":1010,"data":{"reason":-2147483648}}',
    ):
        with pytest.raises(RemoteProtocolError, match="is not between"):
            decode_event(message)


def test_a_message_is_bounded() -> None:
    with pytest.raises(RemoteProtocolError, match=f"longer than {MAX_MESSAGE} bytes"):
        decode_event(b"{" + b" " * MAX_MESSAGE)


def test_too_long_a_text_is_not_written() -> None:
    text = "x" * (MAX_TEXT + 1)
    with pytest.raises(ValueError, match=f"a text of {MAX_TEXT + 1} characters"):
        encode_command(SendText(text), sequence=1, sender="u", receiver="a")
    for event in (
        AgentSubtitleReceived(text, True, 1),
        UserSubtitleReceived(text, True, 1),
        AgentWillLeave(0, text),
    ):
        with pytest.raises(ValueError, match="characters"):
            encode_event(event, sequence=1, sender="a")


def test_the_longest_text_fits_a_message_whatever_it_is() -> None:
    for character in ("\x00", "🙂", "\ud800", '"'):
        text = encode_command(
            SendText(character * MAX_TEXT), sequence=2**53, sender="u" * 256, receiver="a" * 256
        )
        assert len(text.encode()) < MAX_MESSAGE
        assert isinstance(decode_command(text), SendText)


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_ids = st.integers(-(2**53) + 1, 2**53 - 1)
_codes = st.integers(-(2**31) + 1, 2**31 - 1)
_events = st.one_of(
    st.builds(AgentErrorOccurred, _codes, _texts),
    st.builds(AgentStateChanged, st.sampled_from(AgentState)),
    st.builds(AgentSubtitleReceived, _texts, st.booleans(), _ids),
    st.builds(UserSubtitleReceived, _texts, st.booleans(), _ids, st.integers(0, 100)),
    st.builds(VoiceInterruptChanged, st.booleans()),
    st.builds(PushToTalkChanged, st.booleans()),
    st.builds(AgentWillLeave, _codes, _texts),
    st.builds(SpeakingInterrupted, st.sampled_from(InterruptedReason)),
)
_commands = st.one_of(
    st.sampled_from(
        [
            StopAgent(),
            InterruptSpeaking(),
            StartPushToTalk(),
            FinishPushToTalk(),
            CancelPushToTalk(),
            QueryAgentState(),
        ]
    ),
    st.builds(EnableVoiceInterrupt, st.booleans()),
    st.builds(EnablePushToTalk, st.booleans()),
    st.builds(SendText, _texts, st.booleans()),
)


@given(_events)
def test_an_event_survives_the_wire(event: AgentEvent) -> None:
    assert decode_event(encode_event(event, sequence=1, sender="a").encode()) == event


@given(_commands)
def test_a_command_survives_the_wire(command: Command) -> None:
    text = encode_command(command, sequence=1, sender="u", receiver="a")
    assert decode_command(text.encode()) == command
