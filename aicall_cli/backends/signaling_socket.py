"""The WebSocket to an ``aicall serve``: opened, or one sentence about why it cannot be."""

import logging
import os
from ssl import SSLCertVerificationError
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from aicall_cli._version import __version__
from aicall_cli.errors import ConnectError, CredentialError, UsageError
from aicall_cli.http_server import TRUST_HINT
from aicall_cli.protocol import signaling
from aicall_cli.secret import Secret

_PING_SECONDS = 10
_CLOSE_SECONDS = 2
_QUEUED_MESSAGES = 16
# At DEBUG the library logs each header, and so the token.
_log = logging.getLogger(f"{__name__}.websocket")
_log.setLevel(logging.INFO)


async def open_signaling(server: str, token: Secret | None) -> ClientConnection:
    """Connect to ``server``, a ``ws://`` or ``wss://`` URL; set no deadline.

    Raise UsageError when it is no such URL, CredentialError when the token is refused, and
    ConnectError when nothing that speaks WebSocket answers. A redirect is followed, to
    another host without the token.
    """
    endpoint = _endpoint(server)
    headers = {"Authorization": _bearer(token)} if token else {}
    try:
        socket = await connect(
            endpoint,
            logger=_log,
            additional_headers=headers,
            subprotocols=[Subprotocol(signaling.SUBPROTOCOL)],
            user_agent_header=f"aicall/{__version__}",
            max_size=signaling.MAX_SIGNALING,
            max_queue=_QUEUED_MESSAGES,
            open_timeout=None,  # the deadline for the whole set-up stands around this
            ping_interval=_PING_SECONDS,
            ping_timeout=_PING_SECONDS,
            close_timeout=_CLOSE_SECONDS,
            compression=None,
            proxy=None,
        )
    except InvalidStatus as error:
        raise _refused(server, error.response.status_code) from error
    except SSLCertVerificationError as error:
        raise ConnectError(
            f"{server} shows a certificate that is not trusted ({error.verify_message})",
            hint=TRUST_HINT,
        ) from error
    except OSError as error:
        raise ConnectError(
            f"cannot reach {server} ({_reason(error)})",
            hint="check that the server runs and the address of --server",
        ) from error
    except (InvalidHandshake, InvalidURI, ValueError) as error:  # the latter two by a redirect
        raise ConnectError(
            f"{server} does not speak aicall's signaling ({error})",
            hint="check the address and port of --server",
        ) from error
    if socket.subprotocol != signaling.SUBPROTOCOL:
        await socket.close()
        raise ConnectError(
            f"{server} does not speak {signaling.SUBPROTOCOL}",
            hint="check the address and port of --server, and its version",
        )
    return socket


def _bearer(token: Secret) -> str:
    """Return the header's value; an error about it must not come from below, quoting it."""
    text = token.reveal()
    if not (text.isascii() and text.isprintable()):
        raise UsageError(
            "the token holds characters that no token has", hint="give it without line breaks"
        )
    return f"Bearer {text}"


def _endpoint(server: str) -> str:
    """Return the signaling's address: a server's, with the path that it has by default."""
    try:
        parts = urlsplit(server)
        address = parse_uri(server)
    except (InvalidURI, ValueError) as error:
        raise UsageError(
            f"{server!r} is not a server's address",
            hint="give --server as ws://HOST:PORT or wss://HOST:PORT",
        ) from error
    if address.username is not None:
        raise UsageError(
            f"the server's address holds a user name or password: {address.host}",
            hint="give the server's token with --token or AICALL_TOKEN",
        )
    path = parts.path if parts.path.strip("/") else signaling.SIGNALING_PATH
    return urlunsplit(parts._replace(path=path))


def _reason(error: OSError) -> str:
    if isinstance(error, ConnectionError) and error.errno:
        # The error's own words are asyncio's: "Connect call failed ('127.0.0.1', 1)".
        return os.strerror(error.errno)
    return error.strerror or str(error)


def _refused(server: str, status: int) -> ConnectError | CredentialError:
    if status in (401, 403):
        return CredentialError(
            f"{server} refused the token (HTTP {status})",
            hint="give this server's own with --token or AICALL_TOKEN; a started agent's is good "
            "where it was made, until it expires",
        )
    return ConnectError(
        f"{server} refused the connection (HTTP {status})",
        hint="check the address and port of --server",
    )
