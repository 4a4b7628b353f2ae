"""How a setting's value is shown: never a secret, nor what may hold one."""

import re
from typing import Final

from aicall_cli.control.kinds import KeyringEntry, Value
from aicall_cli.secret import Secret
from aicall_cli.text import escape

HIDDEN: Final = "***"

_NAME: Final = "[^=&?]*(?:key|token|secret|password)[^=&?]*"
_HIDING: Final = (
    # User and password of an address, then those of a TURN server.
    (re.compile(r"(?<=://)[^/\s]+(?=@)"), HIDDEN),
    (re.compile(r"^(turns?:)\S+(?=@)", re.IGNORECASE), rf"\1{HIDDEN}"),
    # A parameter of an address that is called so, and an agent's option.
    (re.compile(rf"([?&]{_NAME}=)[^&\s]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(rf"^({_NAME}=).+$", re.IGNORECASE | re.DOTALL), rf"\1{HIDDEN}"),
)


def shown(value: Value | None) -> str:
    """Return a value as one line of text, as the command line takes it back.

    Of an address, what stands before its ``@`` is hidden; of an agent's option, the value of
    one that is called a key, a token, a secret or a password.
    """
    match value:
        case None:
            return ""
        case Secret():
            return HIDDEN
        case KeyringEntry():
            return f"{HIDDEN} (keyring)"
        case bool():
            return "true" if value else "false"
        case tuple():
            return " ".join(_without_credentials(text) for text in value)
        case str():
            return _without_credentials(value)
        case _:
            return f"{value:g}"


def plain(value: Value | None) -> str | float | bool | list[str] | None:
    """Return a value for JSON, with the same things hidden."""
    match value:
        case tuple():
            return [_without_credentials(text) for text in value]
        case None | bool() | int() | float():
            return value
        case _:
            return shown(value)


def _without_credentials(text: str) -> str:
    for pattern, replacement in _HIDING:
        text = pattern.sub(replacement, text)
    return escape(text)
