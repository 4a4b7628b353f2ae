"""What an HTTP request brings: its body, up to a size and in a time, headers, the address."""

import asyncio
import re
from typing import Final

from starlette.requests import ClientDisconnect, Request

from aicall_cli.agent.control_error import ControlError
from aicall_cli.protocol.signaling import SIGNALING_PATH

BODY_SECONDS: Final = 10.0
"""How long a body may take to come."""
_AUTHORITY: Final = re.compile(
    r"[0-9A-Za-z.-]{1,255}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?"
)


async def read_body(request: Request, limit: int) -> bytes:
    """Return a body of at most ``limit`` bytes; raise ControlError for more, or for none."""
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > limit:
                    raise ControlError(
                        "RequestTooLarge", f"The body has more than {limit} bytes.", 413
                    )
    except (TimeoutError, ClientDisconnect):
        raise ControlError("RequestTimeout", "The body did not come.", 408) from None
    return body


def signaling_address(request: Request) -> str:
    """Return the ``ws://`` or ``wss://`` address of calls, as who asks reaches us.

    Raises ControlError when the header ``Host`` is no address.
    """
    authority = request.headers.get("host", "")
    if not _AUTHORITY.fullmatch(authority):
        raise ControlError("InvalidParameter", "The header Host is no address.")
    scheme = "wss" if request.url.scheme == "https" else "ws"
    return f"{scheme}://{authority}{SIGNALING_PATH}"


def as_sent(header: str) -> str:
    """Return the text of a header that was sent; Starlette decodes them as Latin-1."""
    return header.encode("latin-1").decode("utf-8", "surrogateescape")
