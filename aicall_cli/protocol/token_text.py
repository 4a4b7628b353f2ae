"""How tokens are written: one JSON object in base64, as AICallKit shares agents and ARTC joins.

Such a text is copied out of consoles, addresses and mails. What the way did to it is undone:
line breaks in it, percent-encoding, a space for ``+``, the URL-safe alphabet, lost padding.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import RemoteProtocolError, UsageError
from aicall_cli.protocol.json_object import JsonObject, dump_object, parse_object

MAX_TOKEN: Final = 64 * 1024
"""Characters of a token as it is written."""

_CUT: Final = "copy all of it, from its first character to its last"
_LINE_BREAKS: Final = re.compile(r"[\r\n\t]+ *")
_ALPHABET: Final = str.maketrans(" -_", "++/")

Token = TypeVar("Token")


def read_token(text: str, read: Callable[[JsonObject], Token], *, name: str, foreign: str) -> Token:
    """Return what ``read`` makes of the object in ``text``.

    ``name`` is for the errors; ``foreign`` says what to do with an object that is another one.
    Raises UsageError, which repeats nothing of the token: for what is longer than
    ``MAX_TOKEN``, no base64, no JSON object, or raises RemoteProtocolError in ``read``.
    """
    hint = _CUT
    try:
        fields = parse_object(_decoded(text, name), name=name, limit=MAX_TOKEN)
        hint = foreign
        return read(fields)
    except RemoteProtocolError as error:
        raise UsageError(error.message, hint=hint) from None


def write_token(fields: Mapping[str, Any]) -> str:
    """Return ``fields`` as a token."""
    return b64encode(dump_object(fields).encode()).decode()


def required_text(fields: JsonObject, key: str, *, name: str, limit: int = MAX_ID) -> str:
    """Return a string of 1 to ``limit`` characters; raise RemoteProtocolError."""
    value = fields.text(key, limit=limit)
    if not value:
        raise RemoteProtocolError(f"{name}: {key} is empty")
    return value


def _decoded(text: str, name: str) -> bytes:
    if len(text) > MAX_TOKEN:
        raise RemoteProtocolError(f"{name}: longer than {MAX_TOKEN} characters")
    packed = _LINE_BREAKS.sub("", unquote(text).strip()).translate(_ALPHABET).rstrip("=")
    if not packed:
        raise RemoteProtocolError(f"{name}: empty")
    try:
        return b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except ValueError:
        raise RemoteProtocolError(f"{name}: not base64") from None
