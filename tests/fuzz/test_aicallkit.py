"""Any bytes become an event, a command or a counted protocol error: never another error."""

from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.engine.events import AgentEvent, MessageIgnored, record
from aicall_cli.engine.machine import CallMachine
from aicall_cli.engine.transcript import Transcript
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.aicallkit import (
    decode_command,
    decode_event,
    encode_command,
    encode_event,
)
from aicall_cli.protocol.latency_report import decode_latency
from aicall_cli.recording.json_text import json_text
from tests.fuzz.wire_text import changed_messages, messages

_anything = messages("aicallkit")


@settings(max_examples=300)
@given(_anything)
def test_an_agent_can_send_anything(data: str | bytes) -> None:
    try:
        event = decode_event(data)
    except RemoteProtocolError as error:
        event = MessageIgnored(None, error.message)
    json_text(record(event)).encode()
    if not isinstance(event, MessageIgnored):
        encode_event(event, sequence=1, sender="a")


@settings(max_examples=300)
@given(_anything)
def test_a_client_can_send_anything(data: str | bytes) -> None:
    try:
        command = decode_command(data)
    except RemoteProtocolError:
        return
    if not isinstance(command, MessageIgnored):
        encode_command(command, sequence=1, sender="u", receiver="a")


@settings(max_examples=100)
@given(_anything)
def test_a_media_extension_message_can_hold_anything(data: str | bytes) -> None:
    try:
        json_text(record(decode_latency(data))).encode()
    except RemoteProtocolError:
        return


@settings(max_examples=100)
@given(st.lists(changed_messages("aicallkit"), max_size=8))
def test_no_agent_breaks_the_call(received: list[str]) -> None:
    machine, transcript = CallMachine(), Transcript()
    machine.begin()
    ignored = 0
    for message in received:
        event: AgentEvent | MessageIgnored
        try:
            event = decode_event(message, sender="agent-7f3a")
        except RemoteProtocolError as error:
            event = MessageIgnored(None, error.message)
        ignored += isinstance(event, MessageIgnored) and machine.ended is None
        for published in machine.receive(event):
            transcript.apply(published, 1.0)
    assert (machine.ended is not None) == (machine.call_state.value > 2)
    assert machine.ignored == ignored
