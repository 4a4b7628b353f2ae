import json

import pytest
from hypothesis import given

from aicall_cli.engine.commands import Command, SendText, StartVisionCustomCapture
from aicall_cli.engine.enums import CaptureMode
from aicall_cli.engine.events import (
    AgentEvent,
    CustomMessageReceived,
    MessageIgnored,
    PushToTalkChanged,
)
from aicall_cli.engine.limits import MAX_TEXT, MAX_USER_DATA
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.aicallkit import (
    MAX_MESSAGE,
    decode_command,
    decode_event,
    encode_command,
    encode_event,
)
from tests.protocol.aicallkit_messages import (
    COMMAND_STRATEGY,
    COMMANDS,
    EVENT_STRATEGY,
    EVENTS,
    IGNORED_COMMANDS,
    IGNORED_EVENTS,
    REFUSED_COMMANDS,
    REFUSED_EVENTS,
)
from tests.protocol.golden import golden, golden_names

_TRUNCATED = sorted(name for name in golden_names("aicallkit") if name.endswith("_truncated"))


def test_each_golden_file_is_tested() -> None:
    read = {*EVENTS, *COMMANDS, *IGNORED_EVENTS, *IGNORED_COMMANDS}
    assert golden_names("aicallkit") == read | {*REFUSED_EVENTS, *REFUSED_COMMANDS, *_TRUNCATED}


def test_each_message_that_is_written_is_there_truncated_and_with_wrong_types() -> None:
    written = {name for name, (_, sequence) in [*EVENTS.items(), *COMMANDS.items()] if sequence}
    written -= {"agent_error_message"}  # of the type of agent_error
    assert {f"{name}_truncated" for name in written} <= set(_TRUNCATED)
    assert {f"{name}_wrong_types" for name in written} <= {*REFUSED_EVENTS, *REFUSED_COMMANDS}


@pytest.mark.parametrize("name", EVENTS)
def test_an_agents_message_is_an_event(name: str) -> None:
    assert decode_event(golden("aicallkit", name)) == EVENTS[name][0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_clients_message_is_a_command(name: str) -> None:
    assert decode_command(golden("aicallkit", name)) == COMMANDS[name][0]


@pytest.mark.parametrize("name", [name for name, (_, sequence) in EVENTS.items() if sequence])
def test_an_event_is_written_as_the_agent_writes_it(name: str) -> None:
    event, sequence = EVENTS[name]
    assert sequence is not None
    written = encode_event(event, sequence=sequence, sender="agent-7f3a", receiver="caller-1")
    assert written == golden("aicallkit", name).decode().strip()


@pytest.mark.parametrize("name", [name for name, (_, sequence) in COMMANDS.items() if sequence])
def test_a_command_is_written_as_the_client_writes_it(name: str) -> None:
    command, sequence = COMMANDS[name]
    assert sequence is not None
    written = encode_command(command, sequence=sequence, sender="caller-1", receiver="agent-7f3a")
    assert written == golden("aicallkit", name).decode().strip()


def test_an_event_is_a_broadcast_unless_it_has_a_receiver() -> None:
    written = encode_event(PushToTalkChanged(True), sequence=1, sender="agent")
    assert json.loads(written)["receiverId"] == ""


@pytest.mark.parametrize("name", IGNORED_EVENTS)
def test_what_has_no_meaning_for_a_client_is_ignored(name: str) -> None:
    assert decode_event(golden("aicallkit", name)) == IGNORED_EVENTS[name]


@pytest.mark.parametrize("name", IGNORED_COMMANDS)
def test_what_has_no_meaning_for_an_agent_is_ignored(name: str) -> None:
    assert decode_command(golden("aicallkit", name)) == IGNORED_COMMANDS[name]


@pytest.mark.parametrize("name", REFUSED_EVENTS)
def test_what_is_no_event_is_refused(name: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode_event(golden("aicallkit", name))
    assert str(caught.value) == f"data channel message: {REFUSED_EVENTS[name]}"


@pytest.mark.parametrize("name", REFUSED_COMMANDS)
def test_what_is_no_command_is_refused(name: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode_command(golden("aicallkit", name))
    assert str(caught.value) == f"data channel message: {REFUSED_COMMANDS[name]}"


@pytest.mark.parametrize("name", _TRUNCATED)
def test_a_truncated_message_is_refused(name: str) -> None:
    with pytest.raises(RemoteProtocolError, match="data channel message: not valid JSON"):
        decode_event(golden("aicallkit", name))
    with pytest.raises(RemoteProtocolError, match="data channel message: not valid JSON"):
        decode_command(golden("aicallkit", name))


def test_a_message_of_another_sender_is_ignored() -> None:
    state, text = golden("aicallkit", "agent_state"), golden("aicallkit", "send_text")
    assert decode_event(state, sender="agent-7f3a") == EVENTS["agent_state"][0]
    assert decode_event(state, sender="agent") == MessageIgnored(1001, "it names another sender")
    assert decode_command(text, sender="caller-1") == COMMANDS["send_text"][0]
    assert decode_command(text, sender="u") == MessageIgnored(1111, "it names another sender")


@pytest.mark.parametrize("sender", ['"senderId":null,', '"senderId":"",', ""])
def test_a_message_need_not_name_its_sender(sender: str) -> None:
    message = f'{{{sender}"type":1007,"data":{{"enable":1}}}}'
    assert decode_event(message, sender="agent") == PushToTalkChanged(True)


def test_a_sender_that_is_no_text_is_another_one() -> None:
    message = '{"senderId":7,"type":1100}'
    assert decode_command(message, sender="7") == MessageIgnored(1100, "it names another sender")


def test_a_message_is_bounded() -> None:
    with pytest.raises(RemoteProtocolError, match=f"longer than {MAX_MESSAGE} bytes"):
        decode_event(b"{" + b" " * MAX_MESSAGE)


@pytest.mark.parametrize("character", ["\x00", "🙂", "\ud800", '"'])
def test_the_longest_message_fits_whatever_it_holds(character: str) -> None:
    for command in (
        SendText(character * MAX_TEXT),
        StartVisionCustomCapture(
            character * MAX_TEXT, CaptureMode.SINGLE, user_data=character * MAX_USER_DATA
        ),
    ):
        text = encode_command(command, sequence=2**53, sender="u" * 256, receiver="a" * 256)
        assert len(text.encode()) < MAX_MESSAGE
        assert isinstance(decode_command(text), type(command))
    # A text in a text: what is escaped is escaped again.
    escaped = len(json.dumps(character, ensure_ascii=False)) - 2
    event = CustomMessageReceived(character * ((MAX_TEXT - 2) // escaped))
    text = encode_event(event, sequence=2**53, sender="a" * 256, receiver="u" * 256)
    assert len(text.encode()) < MAX_MESSAGE
    assert isinstance(decode_event(text), CustomMessageReceived)


@given(EVENT_STRATEGY)
def test_an_event_survives_the_wire(event: AgentEvent) -> None:
    assert decode_event(encode_event(event, sequence=1, sender="a").encode()) == event


@given(COMMAND_STRATEGY)
def test_a_command_survives_the_wire(command: Command) -> None:
    text = encode_command(command, sequence=1, sender="u", receiver="a")
    assert decode_command(text.encode()) == command
