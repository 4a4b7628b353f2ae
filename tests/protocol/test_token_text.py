import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote

import pytest

from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import RemoteProtocolError, UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.json_object import JsonObject
from aicall_cli.protocol.token_text import MAX_TOKEN, read_token, required_text, write_token
from tests.protocol.tokens import packed

# Its base64 has a plus sign, a slash and padding.
FIELDS = {"a": "?>~ü?~?", "b": "xy"}
WRITTEN = b64encode(json.dumps(FIELDS, ensure_ascii=False).encode())


def _fields(text: str) -> dict[str, Any]:
    def every_field(found: JsonObject) -> dict[str, Any]:
        keys = found.keys()
        return {key: found.raw(key) for key in keys}

    return read_token(text, every_field, name="it", foreign="take another")


def test_the_example_has_what_gets_lost() -> None:
    assert {b"+", b"/", b"="} <= {WRITTEN[i : i + 1] for i in range(len(WRITTEN))}


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN.decode(),
        f" {WRITTEN.decode()}\n",
        WRITTEN.decode().rstrip("="),
        WRITTEN.decode().replace("+", " "),
        "\r\n  ".join((WRITTEN.decode()[:20], WRITTEN.decode()[20:])),
        quote(WRITTEN.decode(), safe=""),
        urlsafe_b64encode(json.dumps(FIELDS, ensure_ascii=False).encode()).decode(),
    ],
)
def test_what_a_copy_does_to_a_token_is_undone(text: str) -> None:
    assert _fields(text) == FIELDS


def test_what_is_written_is_read() -> None:
    assert _fields(write_token(FIELDS)) == FIELDS


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it: empty"),
        (" \n", "it: empty"),
        ("====", "it: empty"),
        ("hunter2", "it: not UTF-8"),
        ("hunter2!", "it: not base64"),
        ("hunter2:hunter2", "it: not base64"),
        ("hünter2", "it: not base64"),
        ("\ud800", "it: not base64"),
        ("%ff%fe", "it: not base64"),
        ("eyJh.eyJh.hunter2", "it: not base64"),
        (WRITTEN.decode()[:-8], "it: not valid JSON"),
        (WRITTEN.decode()[:9], "it: not base64"),
        (WRITTEN.decode()[4:], "it: not"),
        (b64encode(b"\xff\xfe").decode(), "it: not UTF-8"),
        (b64encode(b"hunter2").decode(), "it: not valid JSON"),
        (b64encode(b"[" * 5000).decode(), "it: nested too deeply"),
        (packed(["hunter2"]), "it: not a JSON object but list"),
        (packed("hunter2"), "it: not a JSON object but str"),
        ("A" * (MAX_TOKEN + 1), f"it: longer than {MAX_TOKEN} characters"),
    ],
)
def test_what_is_no_token_is_told_and_not_repeated(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        _fields(text)
    assert caught.value.message.startswith(says)
    assert caught.value.hint == "copy all of it, from its first character to its last"
    assert caught.value.exit_status is ExitStatus.USAGE
    assert "hunter2" not in caught.value.message
    assert caught.value.__suppress_context__


def test_an_object_that_is_another_one_is_told() -> None:
    def nothing(found: JsonObject) -> str:
        return required_text(found, "c", name="it")

    with pytest.raises(UsageError, match="it: c is missing") as caught:
        read_token(WRITTEN.decode(), nothing, name="it", foreign="take another")
    assert caught.value.hint == "take another"


def test_the_longest_token_is_read() -> None:
    room = MAX_TOKEN // 4 * 3 - len('{"a": ""}')
    text = packed({"a": "x" * room})
    assert len(text) == MAX_TOKEN
    assert _fields(text) == {"a": "x" * room}


def test_a_required_text_is_there_and_not_empty() -> None:
    fields = JsonObject({"a": "x", "empty": "", "number": 1, "long": "x" * (MAX_ID + 1)}, "it")
    assert required_text(fields, "a", name="it") == "x"
    for key, says in (
        ("absent", "it: absent is missing"),
        ("empty", "it: empty is empty"),
        ("number", "it: number is not a string"),
        ("long", f"it: long has {MAX_ID + 1} characters"),
    ):
        with pytest.raises(RemoteProtocolError, match=says):
            required_text(fields, key, name="it")
