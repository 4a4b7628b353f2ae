import json

import pytest

from aicall_cli.control.display import plain, shown
from aicall_cli.control.kinds import KeyringEntry, Value
from aicall_cli.secret import Secret


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("words", "words"),
        (True, "true"),
        (False, "false"),
        (5.0, "5"),
        (0.25, "0.25"),
        (200, "200"),
        (("stun:a", "stun:b"), "stun:a stun:b"),
        (Secret("hunter2"), "***"),
        (KeyringEntry(), "*** (keyring)"),
        ("wss://me:hunter2@host:1/x", "wss://***@host:1/x"),
        ("wss://hunter2@host", "wss://***@host"),
        ("wss://host/call?a=1&token=hunter2&b=2", "wss://host/call?a=1&token=***&b=2"),
        ("wss://host/me@work", "wss://host/me@work"),
        (("turn:me:hunter2@h:3478?transport=tcp",), "turn:***@h:3478?transport=tcp"),
        (("TURNS:me:hunter2@hunter2@h",), "TURNS:***@h"),
        (("api_key=hunter2=hunter2", "voice=de"), "api_key=*** voice=de"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
    ],
)
def test_a_value_is_shown_without_what_is_secret(value: Value | None, text: str) -> None:
    assert shown(value) == text
    assert "hunter2" not in json.dumps(plain(value))


def test_json_has_the_kinds_of_value() -> None:
    values = [plain(value) for value in (None, True, 5.0, 3, "x", ("a", "b"), Secret("hunter2"))]
    assert values == [None, True, 5.0, 3, "x", ["a", "b"], "***"]
