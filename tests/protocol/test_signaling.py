import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.signaling import (
    MAX_KNOWN_AGENTS,
    MAX_OPTIONS,
    MAX_SDP,
    MAX_SIGNALING,
    Answer,
    Bye,
    ClientMessage,
    IceServer,
    Join,
    Joined,
    Leave,
    Offer,
    RefusalCode,
    Refused,
    ServerMessage,
    decode_client,
    decode_server,
    encode,
)
from aicall_cli.secret import Secret
from tests.protocol.golden import golden, golden_names

_OFFER_SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
_ANSWER_SDP = _OFFER_SDP.replace("- 1 1", "- 2 1")
_CLIENT: dict[str, ClientMessage] = {
    "join": Join(
        "assistant",
        "caller-1",
        {"voice": "en-us", "rate": 1.25, "silence_ms": 400, "voice_interrupt": False},
    ),
    "offer": Offer(_OFFER_SDP),
    "leave": Leave(),
}
_CLIENT_READ: dict[str, ClientMessage] = _CLIENT | {
    "join_defaults": Join("echo", "caller-1"),
    "join_other_version": Join("", "", {}, 2),
}
_SERVER: dict[str, ServerMessage] = {
    "joined": Joined(
        "4f1c",
        "agent-7f3a",
        (
            IceServer(("stun:stun.example.org:3478",)),
            IceServer(
                ("turn:turn.example.org:3478", "turn:turn.example.org:443?transport=tcp"),
                "caller",
                Secret("s3cret"),
            ),
        ),
        ("use_voiceprint", "clear_voiceprint"),
    ),
    "answer": Answer(_ANSWER_SDP),
    "refused": Refused(RefusalCode.UNKNOWN_AGENT, "no agent named 'ehco'", ("assistant", "echo")),
    "bye": Bye("idle"),
    "bye_code": Bye("the same user joined", 3),
}
_SERVER_READ: dict[str, ServerMessage] = _SERVER | {
    "joined_defaults": Joined("4f1c", "agent-7f3a"),
    "refused_unknown_code": Refused(RefusalCode.BAD_REQUEST, "raining"),
    "bye_defaults": Bye(""),
}
_CLIENT_REFUSED = {
    "client_unknown_type": "unknown type; known are join, offer, leave",
    "join_truncated": "not valid JSON",
    "join_wrong_types": "version is not an integer but of type bool",
    "join_options_wrong_types": "an option is no text, number or boolean within bounds",
    "offer_truncated": "not valid JSON",
    "offer_wrong_types": "sdp is not a string but of type dict",
}
_SERVER_REFUSED = {
    "server_unknown_type": "unknown type; known are joined, answer, refused, bye",
    "joined_truncated": "not valid JSON",
    "joined_wrong_types": "ice_servers is not an array but of type dict",
    "joined_ice_server_wrong_types": "an ICE server is not an object",
    "joined_ice_url_wrong_types": "an ICE server's urls are not stun: or turn: URLs",
    "joined_refuses_wrong_types": "refuses is not a list of names",
    "answer_wrong_types": "sdp is missing",
    "bye_wrong_types": "code is not an integer but of type str",
    "refused_wrong_types": "known_agents is not a list of names",
}


def test_each_golden_file_is_tested() -> None:
    client = {*_CLIENT_READ, *_CLIENT_REFUSED}
    server = {*_SERVER_READ, *_SERVER_REFUSED}
    assert golden_names("signaling") == client | server


@pytest.mark.parametrize("name", _CLIENT_READ)
def test_a_clients_message_is_read(name: str) -> None:
    assert decode_client(golden("signaling", name)) == _CLIENT_READ[name]


@pytest.mark.parametrize("name", _SERVER_READ)
def test_a_servers_message_is_read(name: str) -> None:
    assert decode_server(golden("signaling", name)) == _SERVER_READ[name]


@pytest.mark.parametrize("name", [*_CLIENT, *_SERVER])
def test_a_message_is_written(name: str) -> None:
    written = encode(_CLIENT[name] if name in _CLIENT else _SERVER[name])
    assert written == golden("signaling", name).decode().strip()


@pytest.mark.parametrize("name", _CLIENT_REFUSED)
def test_what_is_no_clients_message_is_refused(name: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode_client(golden("signaling", name))
    assert str(caught.value) == f"signaling message: {_CLIENT_REFUSED[name]}"


@pytest.mark.parametrize("name", _SERVER_REFUSED)
def test_what_is_no_servers_message_is_refused(name: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode_server(golden("signaling", name))
    assert str(caught.value) == f"signaling message: {_SERVER_REFUSED[name]}"


def _join_with(options: str) -> ClientMessage:
    return decode_client(
        f'{{"type":"join","version":1,"agent_id":"a","user_id":"u","options":{options}}}'
    )


def test_options_are_text_numbers_and_booleans_within_bounds() -> None:
    assert _join_with(r'{"a\ud800":"\ud800"}') == Join("a", "u", {"a\ufffd": "\ufffd"})
    for value in ("null", "{}", "1e999", "9007199254740992"):
        with pytest.raises(RemoteProtocolError, match="no text, number or boolean"):
            _join_with(f'{{"a":{value}}}')
    assert _join_with(json.dumps({"a": "x" * 32_768})) == Join("a", "u", {"a": "x" * 32_768})
    with pytest.raises(RemoteProtocolError, match="an option has 32769 characters"):
        _join_with(json.dumps({"a": "x" * 32_769}))
    with pytest.raises(RemoteProtocolError, match="name is longer"):
        _join_with(json.dumps({"x" * 257: 1}))
    with pytest.raises(RemoteProtocolError, match="65 options"):
        _join_with(json.dumps({str(i): i for i in range(MAX_OPTIONS + 1)}))


def test_fields_are_bounded() -> None:
    with pytest.raises(RemoteProtocolError, match="sdp has"):
        decode_client(json.dumps({"type": "offer", "sdp": "x" * (MAX_SDP + 1)}))
    with pytest.raises(RemoteProtocolError, match="agent_id has 257 characters"):
        decode_client(
            json.dumps({"type": "join", "version": 1, "agent_id": "x" * 257, "user_id": "u"})
        )
    for names in (["x" * 257], [["echo"]]):
        with pytest.raises(RemoteProtocolError, match="not a list of names"):
            decode_server(json.dumps({"type": "refused", "code": "busy", "known_agents": names}))
    with pytest.raises(RemoteProtocolError, match="257 items"):
        decode_server(
            json.dumps(
                {"type": "refused", "code": "busy", "known_agents": ["x"] * (MAX_KNOWN_AGENTS + 1)}
            )
        )
    for urls in ([], [7], ["stun:a"] * 9):
        with pytest.raises(RemoteProtocolError, match="urls"):
            decode_server(
                json.dumps(
                    {
                        "type": "joined",
                        "call_id": "c",
                        "agent_user_id": "a",
                        "ice_servers": [{"urls": urls}],
                    }
                )
            )


def test_a_message_is_bounded_both_ways() -> None:
    with pytest.raises(RemoteProtocolError, match=f"longer than {MAX_SIGNALING} bytes"):
        decode_server(" " * (MAX_SIGNALING + 1))
    with pytest.raises(ValueError, match="the limit is"):
        encode(Offer("x" * MAX_SIGNALING))
    assert decode_client(encode(Offer("\x00" * MAX_SDP))) == Offer("\x00" * MAX_SDP)


def test_a_credential_is_written_but_never_shown() -> None:
    message = _SERVER["joined"]
    assert "s3cret" in encode(message)
    assert "s3cret" not in repr(message)


_names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_options = st.dictionaries(
    _names,
    st.one_of(
        _names,
        st.booleans(),
        st.integers(-(2**53) + 1, 2**53 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    max_size=5,
)


@given(st.one_of(st.builds(Join, _names, _names, _options), st.builds(Offer, _names)))
def test_a_clients_message_survives_the_wire(message: ClientMessage) -> None:
    assert decode_client(encode(message).encode()) == message


@given(
    st.one_of(
        st.builds(Answer, _names),
        st.builds(Bye, _names, st.none() | st.integers(-(2**53) + 1, 2**53 - 1)),
        st.builds(Joined, _names, _names, st.just(()), st.lists(_names, max_size=5).map(tuple)),
        st.builds(
            Refused, st.sampled_from(RefusalCode), _names, st.lists(_names, max_size=3).map(tuple)
        ),
    )
)
def test_a_servers_message_survives_the_wire(message: ServerMessage) -> None:
    assert decode_server(encode(message).encode()) == message
