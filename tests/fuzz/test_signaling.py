"""Any bytes become a signaling message or a RemoteProtocolError: never another error."""

from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.signaling import decode_client, decode_server, encode
from tests.fuzz.wire_text import messages

_FIELDS = [
    "version",
    "agent_id",
    "user_id",
    "options",
    "sdp",
    "call_id",
    "agent_user_id",
    "ice_servers",
    "urls",
    "username",
    "credential",
    "code",
    "message",
    "known_agents",
    "reason",
]
_anything = messages(
    ['"join"', '"offer"', '"leave"', '"joined"', '"answer"', '"refused"', '"bye"', "1"], _FIELDS
)


def _text(values: st.SearchStrategy[str | bytes]) -> st.SearchStrategy[str | bytes]:
    return values.filter(lambda value: isinstance(value, str))


# Messages whose required fields are right, so that the optional ones are reached.
_joins = st.builds(
    '{{"type":"join","version":1,"agent_id":"a","user_id":"u","options":{}}}'.format,
    _text(_anything),
)
_joineds = st.builds(
    '{{"type":"joined","call_id":"a","agent_user_id":"u","ice_servers":[{}]}}'.format,
    _text(_anything),
)


@settings(max_examples=300)
@given(st.one_of(_anything, _joins))
def test_a_client_can_send_anything(data: str | bytes) -> None:
    try:
        message = decode_client(data)
    except RemoteProtocolError:
        return
    assert decode_client(encode(message)) == message


@settings(max_examples=300)
@given(st.one_of(_anything, _joineds))
def test_a_server_can_send_anything(data: str | bytes) -> None:
    try:
        message = decode_server(data)
    except RemoteProtocolError:
        return
    assert decode_server(encode(message)) == message
