import ssl

import pytest

from aicall_cli.backends.signaling_socket import _endpoint, _reason, open_signaling
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret


@pytest.mark.parametrize(
    ("server", "endpoint"),
    [
        ("ws://127.0.0.1:8765", "ws://127.0.0.1:8765/v1/call"),
        ("ws://host/", "ws://host/v1/call"),
        ("wss://[::1]:8765", "wss://[::1]:8765/v1/call"),
        ("wss://host/behind/a/proxy", "wss://host/behind/a/proxy"),
        ("wss://host?tenant=1", "wss://host/v1/call?tenant=1"),
    ],
)
def test_the_path_is_added_where_there_is_none(server: str, endpoint: str) -> None:
    assert _endpoint(server) == endpoint


@pytest.mark.parametrize(
    "server",
    [
        "",
        "localhost",
        "localhost:8765",
        "http://localhost:8765",
        "ws://",
        "ws:///v1/call",
        "ws://[::1",
        "ws://host:port",
        "ws://host:99999",
        "ws://host/#part",
    ],
)
def test_what_is_no_address_is_refused(server: str) -> None:
    with pytest.raises(UsageError, match="not a server's address") as caught:
        _endpoint(server)
    assert repr(server) in caught.value.message
    assert "ws://HOST:PORT" in (caught.value.hint or "")


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    with pytest.raises(UsageError) as caught:
        _endpoint("wss://me:secret@host:8765")
    assert "secret" not in f"{caught.value.message} {caught.value.hint}"
    assert "--token" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 1)"), "Connection refused"),
        (ConnectionResetError("reset"), "reset"),
        (OSError("Multiple exceptions: one, two"), "Multiple exceptions: one, two"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), "[SSL: WRONG_VERSION_NUMBER]"),
        (OSError(-2, "Name or service not known"), "Name or service not known"),
    ],
)
def test_the_systems_reason_is_told(error: OSError, reason: str) -> None:
    assert _reason(error) == reason


@pytest.mark.parametrize("token", ["one\r\nX-Other: two", "mit Ümlaut", "tab\t"])
async def test_a_token_that_cannot_be_sent_is_refused_without_being_quoted(token: str) -> None:
    with pytest.raises(UsageError) as caught:
        await open_signaling("ws://127.0.0.1:9", Secret(token))
    assert token not in f"{caught.value.message} {caught.value.hint}"
