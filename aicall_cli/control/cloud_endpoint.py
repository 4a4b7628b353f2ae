"""Where the cloud's API is reached."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

from aicall_cli.control.display import shown
from aicall_cli.errors import UsageError
from aicall_cli.text import escape

DEFAULT_REGION: Final = "cn-shanghai"
KNOWN_REGIONS: Final = (
    "cn-shanghai",
    "cn-beijing",
    "cn-hangzhou",
    "cn-shenzhen",
    "ap-southeast-1",
)
"""Regions that are likely to be meant; others are tried all the same."""
_REGION: Final = re.compile("[a-z]{2}(-[a-z0-9]+)+")
_HINT: Final = "such as https://ice.cn-shanghai.aliyuncs.com or http://127.0.0.1:8765"
_MAX_REGION: Final = 40
_VENDORS_DOMAIN: Final = ".aliyuncs.com"


@dataclass(frozen=True, slots=True)
class CloudEndpoint:
    """A host of the API, with its port where that is not the scheme's own."""

    scheme: str
    host: str
    """``host`` or ``host:port``."""
    region: str
    of_region: bool
    """Whether the region's own host is meant, and not another one by name."""

    @classmethod
    def of(cls, region: str | None, url: str | None) -> Self:
        """Return what is at ``url``, or the host of ``region``; raise UsageError."""
        region = _check_region(region or DEFAULT_REGION)
        if not url:
            return cls("https", f"ice.{region}.aliyuncs.com", region, of_region=True)
        scheme, host = _check_url(url)
        return cls(scheme, host, region, of_region=False)

    @property
    def url(self) -> str | None:
        """Where it is; None for the region's own host."""
        return None if self.of_region else f"{self.scheme}://{self.host}"

    @property
    def is_vendors(self) -> bool:
        """Whether its agents join the vendor's own network."""
        name = urlsplit(f"//{self.host}").hostname or ""
        return self.of_region or name.endswith(_VENDORS_DOMAIN)

    @property
    def is_open(self) -> bool:
        """Whether what is sent can be read on its way: http to another machine."""
        return self.scheme == "http" and not self.is_loopback

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""
        name = urlsplit(f"//{self.host}").hostname or ""
        try:
            return ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"

    @property
    def unknown_hint(self) -> str:
        """What to do where there is no such host."""
        if not self.of_region:
            return "see whether --endpoint is right"
        near = get_close_matches(self.region, KNOWN_REGIONS, 1)
        if near and near[0] != self.region:
            return f"there may be no region {self.region}; did you mean {near[0]}?"
        return f"see whether there is a network, and whether {self.region} is a region"


def _check_region(region: str) -> str:
    if len(region) > _MAX_REGION or not _REGION.fullmatch(region):
        known = ", ".join(KNOWN_REGIONS)
        shown_region = escape(region, limit=_MAX_REGION)
        raise UsageError(f"{shown_region!r} is no region", hint=f"such as {known}")
    return region


def _check_url(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        parts, name, port = urlsplit(""), None, None
    if parts.username is not None or parts.password is not None:
        raise UsageError("the endpoint's URL has a password in it", hint=_HINT)
    if parts.scheme not in ("http", "https") or not name or not _is_plain(parts.netloc):
        raise UsageError(f"{shown(url)[:100]!r} is no URL of an endpoint", hint=_HINT)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UsageError(f"{shown(url)[:100]!r} has more than a host and a port", hint=_HINT)
    host = f"[{name}]" if ":" in name else name
    return parts.scheme, host if port is None else f"{host}:{port}"


def _is_plain(netloc: str) -> bool:
    return netloc.isascii() and netloc.isprintable() and " " not in netloc
