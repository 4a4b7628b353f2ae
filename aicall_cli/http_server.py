"""A server that is asked over HTTP, and how little it is trusted.

Its answers are read in pieces, up to a bound of bytes and of seconds, without decompression and
without following redirects. What goes wrong is an error of whoever asks, in words that quote
nothing of what was sent.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from aicall_cli.errors import AicallError, UsageError
from aicall_cli.secret import Secret
from aicall_cli.text import escape

TRUST_HINT: Final = "to trust it all the same, name its file in the variable SSL_CERT_FILE"
_SHOWN: Final = 100


class AnswerTooLongError(Exception):
    """Raised while an answer is read that has more than its limit."""


@dataclass(frozen=True, slots=True)
class HttpServer:
    """A base URL, and the error to raise where it cannot be asked.

    ``described`` and ``example`` are for the UsageError of a URL that is none. Made before the
    loop runs: the system's certificates are read for ``https``.
    """

    url: str
    failure: type[AicallError]
    described: str
    example: str
    _tls: ssl.SSLContext = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        secure = self._check_url() == "https"
        # Reading the system's certificates takes a while.
        tls = _trusting() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        object.__setattr__(self, "_tls", tls)

    @property
    def name(self) -> str:
        """The server's host, to be shown."""
        return escape(urlsplit(self.url).netloc, limit=_SHOWN)

    def client(self, authorization: str | None, timeout: float) -> httpx.AsyncClient:
        """Return a client of its own, to be closed by who asked.

        ``timeout`` is in seconds, for a connection and for each piece of an answer.
        """
        headers = {"Accept-Encoding": "identity"}
        if authorization:
            headers["Authorization"] = authorization
        return httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=timeout, verify=self._tls
        )

    @asynccontextmanager
    async def post(
        self, client: httpx.AsyncClient, path: str, *, seconds: float, late: str, **content: Any
    ) -> AsyncIterator[httpx.Response]:
        """Send a request (``json=``, or ``data=`` and ``files=``); yield an answer's head.

        Raises ``failure``, also for what goes wrong while the answer is read inside; ``late`` says
        by when the head is expected, which ``seconds`` bounds.
        """
        request = client.build_request("POST", path, **content)
        with self._failures(late):
            async with asyncio.timeout(seconds):
                response = await client.send(request, stream=True)
            async with aclosing(response):
                yield response

    @contextmanager
    def _failures(self, late: str) -> Iterator[None]:
        try:
            yield
        except AnswerTooLongError as error:
            hint = "see whether its address is right"
            raise self.failure(f"{self.name} sends {error}", hint=hint) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            message = f"{self.name} did not answer {late}"
            raise self.failure(message, hint="see whether the server is up") from error
        except httpx.ConnectError as error:
            raise self._unreachable(error) from error
        except httpx.HTTPError as error:
            # The text of these errors may quote what was sent.
            message = f"the connection to {self.name} failed ({type(error).__name__})"
            hint = "see whether its address is right, and begins with http or https as it should"
            raise self.failure(message, hint=hint) from error

    def _unreachable(self, error: httpx.ConnectError) -> AicallError:
        if untrusted := _untrusted(error):
            return self.failure(
                f"{self.name} shows a certificate that is not trusted ({untrusted.verify_message})",
                hint=TRUST_HINT,
            )
        return self.failure(
            f"{self.name} cannot be reached", hint="see whether its address is right"
        )

    def _check_url(self) -> str:
        """Return the scheme of a usable base URL; raise UsageError for any other."""
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname, parts.port
            httpx.URL(self.url)
        except (ValueError, httpx.InvalidURL):
            host, parts = None, urlsplit("")
        if parts.username is not None or parts.password is not None:
            raise UsageError(
                "the server's URL has a password in it", hint="give it by an option of its own"
            )
        shown = repr(escape(self.url, limit=_SHOWN))
        if parts.scheme not in ("http", "https") or not host or not self.url.isprintable():
            raise UsageError(f"{shown} is no {self.described}", hint=self.example)
        if parts.query or parts.fragment:
            raise UsageError(f"{shown} has more than a path", hint=self.example)
        return parts.scheme


async def pieces_of(
    response: httpx.Response, limit: int, seconds: float
) -> AsyncGenerator[bytes, None]:
    """Yield an answer's bytes as they come, which may be waited for for ``seconds`` in all.

    Raises AnswerTooLongError past ``limit`` bytes, TimeoutError past the time: ``post`` makes
    both the server's failure.
    """
    clock = asyncio.get_running_loop().time
    received, waited = 0, 0.0
    async with aclosing(_raw(response)) as pieces:
        while True:
            began = clock()
            # Not around the loop: the reader's own time between two pieces does not count.
            async with asyncio.timeout(seconds - waited):
                piece = await anext(pieces, None)
            waited += clock() - began
            if piece is None:
                return
            received += len(piece)
            if received > limit:
                raise AnswerTooLongError(f"more than {limit} bytes")
            yield piece


async def body_of(response: httpx.Response, limit: int, seconds: float) -> bytes:
    """Return a whole answer; raise what ``pieces_of`` raises."""
    async with aclosing(pieces_of(response, limit, seconds)) as pieces:
        return b"".join([piece async for piece in pieces])


def check_header(secret: Secret, name: str, *, words: bool = False) -> None:
    """Raise UsageError where no HTTP header can carry ``secret``, which is called ``name``.

    Only with ``words`` may it have spaces inside.
    """
    text = secret.reveal()
    plain = text.isascii() and text.isprintable() and text == text.strip()
    if not plain or (" " in text and not words):
        raise UsageError(f"the {name} has characters that no HTTP header can carry")


async def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    async for piece in response.aiter_raw():
        yield piece


def own_certificates() -> str | None:
    """Return the file or folder of SSL_CERT_FILE or SSL_CERT_DIR; None where neither is set.

    Raises UsageError where there is no certificate in it.
    """
    path = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    if path:
        _trusting()
    return path


def _trusting() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise UsageError(
            f"the certificates to trust cannot be read ({error.strerror or error})",
            hint="see the variables SSL_CERT_FILE and SSL_CERT_DIR",
        ) from error


def _untrusted(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """Return what says that a certificate is not trusted, where that is behind ``error``."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause
