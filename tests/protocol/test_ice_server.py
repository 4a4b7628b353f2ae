import pytest

from aicall_cli.errors import UsageError
from aicall_cli.protocol.ice_server import IceServer, is_ice_url, parse_ice_server
from aicall_cli.secret import Secret


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("stun:stun.example.org", IceServer(("stun:stun.example.org",))),
        (" stun:stun.example.org:3478 ", IceServer(("stun:stun.example.org:3478",))),
        ("stuns:[2001:db8::1]:5349", IceServer(("stuns:[2001:db8::1]:5349",))),
        (
            "turn:user:secret@turn.example.org:3478?transport=tcp",
            IceServer(("turn:turn.example.org:3478?transport=tcp",), "user", Secret("secret")),
        ),
        (
            "turns:a%3Ab:p%40s:s@192.0.2.1",
            IceServer(("turns:192.0.2.1",), "a:b", Secret("p@s:s")),
        ),
        ("turn:u:p@w@192.0.2.1:1", IceServer(("turn:192.0.2.1:1",), "u", Secret("p@w"))),
    ],
)
def test_what_the_option_takes(text: str, server: IceServer) -> None:
    assert parse_ice_server(text) == server


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not an ICE server: :…"),
        ("stun.example.org", "not an ICE server: stun.example.org:…"),
        ("turn:user:hidden", "not an ICE server: turn:…"),
        ("http:user:hidden@example.org", "not an ICE server: http:***@example.org"),
        ("turn:user:hidden@example.org:0", "not an ICE server: turn:***@example.org:0"),
        ("stun:user:hidden@example.org", "a STUN server takes no user and secret"),
        ("turn:example.org:3478", "a TURN server needs a user and a secret"),
        ("turn:hidden@example.org", "a TURN server needs a user and a secret"),
        ("turn::hidden@example.org", "a TURN server needs a user and a secret"),
        ("turn:hidden:@example.org", "a TURN server needs a user and a secret"),
    ],
)
def test_what_the_option_refuses(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_ice_server(text)
    assert str(caught.value).startswith(says)
    assert "hidden" not in str(caught.value)
    assert "hidden" not in str(caught.value.hint)


@pytest.mark.parametrize(
    "url",
    [
        "stun:example.org:65536",
        "stun:example.org:123456",
        "stun:example.org?transport=udp",
        "turn:example.org?transport=sctp",
        "turn:example.org/path",
        "turn:ex ample.org",
        "turn:example.org\n",
        "turn:١٢٣:٣",
        "turn:" + "x" * 512,
    ],
)
def test_what_is_no_ice_url(url: str) -> None:
    assert not is_ice_url(url)


def test_the_credential_is_not_printed() -> None:
    assert "hidden" not in repr(parse_ice_server("turn:user:hidden@example.org"))
