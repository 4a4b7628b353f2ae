"""STUN and TURN servers, as WebRTC names them."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret

MAX_ICE_SERVERS: Final = 16
MAX_URLS: Final = 8
_MAX_URL: Final = 512

_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+(?:%25[\w.~-]+)?\]|[0-9A-Za-z_.-]+)"
# RFC 7064 (stun) and RFC 7065 (turn): no user, no path; a query is transport alone.
_URL: Final = re.compile(
    rf"(?:stuns?:{_HOST}(?::(?P<stun_port>\d{{1,5}}))?"
    rf"|turns?:{_HOST}(?::(?P<turn_port>\d{{1,5}}))?(?:\?transport=(?:udp|tcp))?)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class IceServer:
    """One server's URLs and, for TURN, its long-term credential (RFC 8489 §9.2)."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: Secret | None = None


def is_ice_url(url: str) -> bool:
    """Whether ``url`` is a STUN URI (RFC 7064) or a TURN URI (RFC 7065)."""
    match = _URL.fullmatch(url) if len(url) <= _MAX_URL else None
    if match is None:
        return False
    port = match["stun_port"] or match["turn_port"]
    return port is None or 0 < int(port) < 65536


def parse_ice_server(text: str) -> IceServer:
    """Read ``stun:host:port`` or ``turn:user:secret@host:port?transport=tcp``.

    User and secret may be percent-encoded. Raises UsageError, which repeats nothing that can
    be the secret: of an address without ``@`` only the scheme.
    """
    scheme, _, rest = text.strip().partition(":")
    account, at, address = rest.rpartition("@")
    url = f"{scheme}:{address}"
    if not is_ice_url(url):
        raise UsageError(
            f"not an ICE server: {scheme}:{f'***@{address}' if at else '…'}",
            hint="write stun:host:port or turn:user:secret@host:port?transport=tcp",
        )
    if scheme.startswith("stun"):
        if at:
            raise UsageError(f"a STUN server takes no user and secret: {url}", hint=f"write {url}")
        return IceServer((url,))
    username, colon, credential = account.partition(":")
    if not username or not colon or not credential:
        raise UsageError(
            f"a TURN server needs a user and a secret: {url}",
            hint=f"write {scheme}:user:secret@{address}",
        )
    return IceServer((url,), unquote(username), Secret(unquote(credential)))
