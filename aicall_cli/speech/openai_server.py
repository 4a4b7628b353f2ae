"""A server that speaks OpenAI's HTTP interface: how it is reached, and what it may answer.

Its answers are hostile: they are read in pieces, up to a limit, without decompression and
without following redirects; what of them reaches an error message is short, escaped, and
free of the key.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from aicall_cli.errors import AgentError, UsageError
from aicall_cli.secret import Secret
from aicall_cli.text import escape

DEFAULT_TIMEOUT = 15.0
"""Seconds for a connection, and for each piece of an answer."""
MAX_JSON = 1024 * 1024
"""Bytes of an answer that is one JSON document."""
ANSWER_SECONDS = 60.0
"""Seconds that an answer may make us wait in all, however steadily it trickles."""
_EXCERPT_BYTES = 2000
_EXCERPT_CHARACTERS = 200


class ServerError(AgentError):
    """Raised when a server cannot be reached, refuses, or answers what makes no sense."""


class KeyRefusedError(ServerError):
    """Raised when the server wants another key, or one at all."""


@dataclass(frozen=True, slots=True)
class OpenAiServer:
    """Where the server is (``https://host/v1``), its key if it wants one, and how long to wait.

    Made before the loop runs: the system's certificates are read for ``https``.
    """

    base_url: str
    key: Secret | None = None
    timeout: float = DEFAULT_TIMEOUT
    key_variable: str | None = None
    """The variable that holds the key, for who has to correct it."""
    _tls: ssl.SSLContext = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        scheme = _check_url(self.base_url)
        if self.key is not None and not _is_header_text(self.key.reveal()):
            raise UsageError("the key has characters that no HTTP header can carry")
        tls = (
            httpx.create_ssl_context()
            if scheme == "https"
            else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )
        object.__setattr__(self, "_tls", tls)

    @property
    def name(self) -> str:
        """The server's host, to be shown."""
        return escape(urlsplit(self.base_url).netloc, limit=100)

    def excerpt(self, text: str) -> str:
        """Return the beginning of what the server says, for an error: harmless, without the key."""
        if self.key:
            text = text.replace(self.key.reveal(), "***")
        return escape(text.strip(), limit=_EXCERPT_CHARACTERS)

    def client(self) -> httpx.AsyncClient:
        """Return a client of its own, to be closed by who asked."""
        headers = {"Accept-Encoding": "identity"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key.reveal()}"
        return httpx.AsyncClient(
            base_url=self.base_url, headers=headers, timeout=self.timeout, verify=self._tls
        )

    @asynccontextmanager
    async def post(
        self, client: httpx.AsyncClient, path: str, **content: Any
    ) -> AsyncIterator[httpx.Response]:
        """Send a request (``json=``, or ``data=`` and ``files=``); yield a good answer's head.

        Raises ServerError, also for what goes wrong while the answer is read inside.
        """
        request = client.build_request("POST", path, **content)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                response = await client.send(request, stream=True)
            async with aclosing(response):
                if response.status_code != httpx.codes.OK:
                    raise await self._refusal(response)
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise ServerError(f"{self.name} compresses its answer, unasked")
                yield response
        except (httpx.TimeoutException, TimeoutError) as error:
            message = f"{self.name} did not answer in time"
            raise ServerError(message, hint="see whether the server is up") from error
        except httpx.ConnectError as error:
            message = f"{self.name} cannot be reached"
            raise ServerError(message, hint="see whether its URL is right") from error
        except httpx.HTTPError as error:
            # The text of these errors may quote what was sent.
            message = f"the connection to {self.name} failed ({type(error).__name__})"
            raise ServerError(message) from error

    async def _refusal(self, response: httpx.Response) -> ServerError:
        start = b""
        async with aclosing(pieces_of(response, MAX_JSON)) as pieces:
            async for piece in pieces:
                start += piece
                if len(start) >= _EXCERPT_BYTES:
                    break
        excerpt = self.excerpt(start[:_EXCERPT_BYTES].decode(errors="replace"))
        message = f"{self.name} answered {response.status_code}: {excerpt or 'nothing more'}"
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            where = f" in {self.key_variable}" if self.key_variable else ""
            return KeyRefusedError(message, hint=f"give a key that this server accepts{where}")
        return ServerError(
            message, hint="see whether its URL (often ends in /v1) and model are right"
        )


async def pieces_of(response: httpx.Response, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield an answer's bytes as they come, which may take ANSWER_SECONDS in all.

    Raises ServerError past ``limit`` bytes, TimeoutError past the time; ``post`` turns the
    latter into a ServerError.
    """
    clock = asyncio.get_running_loop().time
    received, waited = 0, 0.0
    async with aclosing(_raw(response)) as pieces:
        while True:
            began = clock()
            # Not around the loop: the reader's own time between two pieces does not count.
            async with asyncio.timeout(ANSWER_SECONDS - waited):
                piece = await anext(pieces, None)
            waited += clock() - began
            if piece is None:
                return
            received += len(piece)
            if received > limit:
                raise ServerError(f"{_host(response)} sends more than {limit} bytes")
            yield piece


async def body_of(response: httpx.Response, limit: int = MAX_JSON) -> bytes:
    """Return a whole answer; raise ServerError if it is longer than ``limit``."""
    async with aclosing(pieces_of(response, limit)) as pieces:
        return b"".join([piece async for piece in pieces])


def content_type(response: httpx.Response) -> str:
    """Return the answer's media type without its parameters, in lower case, escaped."""
    value = response.headers.get("content-type", "")
    return escape(value.partition(";")[0].strip().lower(), limit=60)


async def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    async for piece in response.aiter_raw():
        yield piece


def _host(response: httpx.Response) -> str:
    return escape(response.url.netloc.decode(errors="replace"), limit=100)


def _check_url(url: str) -> str:
    """Return the scheme of a usable base URL; raise UsageError for any other."""
    shown = repr(escape(url, limit=100))
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "the server's URL has a password in it", hint="give the key by its own option"
        )
    if parts.scheme not in ("http", "https") or not host or not url.isprintable():
        raise UsageError(f"{shown} is no URL of a server", hint="such as https://host:port/v1")
    if parts.query or parts.fragment:
        raise UsageError(f"{shown} has more than a path", hint="such as https://host:port/v1")
    return parts.scheme


def _is_header_text(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
