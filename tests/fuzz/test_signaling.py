"""Any bytes become a signaling message or a RemoteProtocolError: never another error."""

from hypothesis import given, settings

from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.signaling import decode_client, decode_server, encode
from tests.fuzz.wire_text import messages

_anything = messages("signaling")


@settings(max_examples=300)
@given(_anything)
def test_a_client_can_send_anything(data: str | bytes) -> None:
    try:
        message = decode_client(data)
    except RemoteProtocolError:
        return
    assert decode_client(encode(message)) == message


@settings(max_examples=300)
@given(_anything)
def test_a_server_can_send_anything(data: str | bytes) -> None:
    try:
        message = decode_server(data)
    except RemoteProtocolError:
        return
    assert decode_server(encode(message)) == message
