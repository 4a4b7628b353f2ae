"""A server that speaks OpenAI's HTTP interface: how it is reached, and what it may answer.

What of its answers reaches an error message is short, escaped, and free of the key.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from aicall_cli import http_server
from aicall_cli.errors import AgentError
from aicall_cli.http_server import HttpServer, check_header
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
    _http: HttpServer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        http = HttpServer(
            self.base_url,
            ServerError,
            described="URL of a server",
            example="such as https://host:port/v1",
        )
        if self.key is not None:
            check_header(self.key, "key")
        object.__setattr__(self, "_http", http)

    @property
    def name(self) -> str:
        """The server's host, to be shown."""
        return self._http.name

    def excerpt(self, text: str) -> str:
        """Return the beginning of what the server says, for an error: harmless, without the key."""
        if self.key:
            text = text.replace(self.key.reveal(), "***")
        return escape(text.strip(), limit=_EXCERPT_CHARACTERS)

    def client(self) -> httpx.AsyncClient:
        """Return a client of its own, to be closed by who asked."""
        return self._http.client(f"Bearer {self.key.reveal()}" if self.key else None, self.timeout)

    @asynccontextmanager
    async def post(
        self, client: httpx.AsyncClient, path: str, **content: Any
    ) -> AsyncIterator[httpx.Response]:
        """Send a request (``json=``, or ``data=`` and ``files=``); yield a good answer's head.

        Raises ServerError, also for what goes wrong while the answer is read inside.
        """
        async with self._http.post(
            client, path, seconds=ANSWER_SECONDS, late="in time", **content
        ) as response:
            if response.status_code != httpx.codes.OK:
                raise await self._refusal(response)
            if response.headers.get("content-encoding", "identity") != "identity":
                raise ServerError(f"{self.name} compresses its answer, unasked")
            yield response

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


def pieces_of(response: httpx.Response, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield an answer's bytes as they come, at most ``limit``, in ANSWER_SECONDS in all."""
    return http_server.pieces_of(response, limit, ANSWER_SECONDS)


async def body_of(response: httpx.Response, limit: int = MAX_JSON) -> bytes:
    """Return a whole answer; raise ServerError if it is longer than ``limit``."""
    return await http_server.body_of(response, limit, ANSWER_SECONDS)


def content_type(response: httpx.Response) -> str:
    """Return the answer's media type without its parameters, in lower case, escaped."""
    value = response.headers.get("content-type", "")
    return escape(value.partition(";")[0].strip().lower(), limit=60)
