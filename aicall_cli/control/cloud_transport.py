"""One request, signed and sent by the official library: the one file that touches it.

The library follows redirects, reads answers of any size, reports an answer that is no JSON
without its status, and hides what went wrong in its errors. So it gets its HTTP session from
us: ``DaraCore`` keeps sessions by scheme, host and pool size, and a pool size of our own is a
session of our own. Its errors are not used; what came, or why nothing came, is seen here.

Imported only in the thread that sends: the packages take half a second.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import requests
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.core import DaraCore
from darabonba.runtime import RuntimeOptions
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import RequestException, SSLError, Timeout
from requests.utils import resolve_proxies

from aicall_cli._version import __version__
from aicall_cli.clock import Clock, perf_clock
from aicall_cli.control.cloud_answer import HttpAnswer
from aicall_cli.control.cloud_credentials import CloudKeys
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.control.cloud_error import AbsentError, UnansweredError
from aicall_cli.control.cloud_log import quieten_libraries
from aicall_cli.errors import ConnectError
from aicall_cli.http_server import TRUST_HINT, AnswerTooLongError, own_certificates

API_VERSION: Final = "2020-11-09"
MAX_ANSWER: Final = 4 * 1024 * 1024
"""Bytes of an answer."""
_PIECE: Final = 64 * 1024
_POOLS: Final = count(1_000_000)
"""Pool sizes that nobody else asks the library for."""


@dataclass(frozen=True, slots=True)
class CloudRequest:
    """What is asked, of whom, and for how many seconds each step may take."""

    endpoint: CloudEndpoint
    action: str
    query: Mapping[str, str]
    timeout: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was answered, and the signature that was sent."""

    answer: HttpAnswer
    signature: str


def exchange(request: CloudRequest, keys: CloudKeys) -> Exchange:
    """Sign, send, and return the answer, good or bad; raise ConnectError where none came.

    Raises UsageError where the certificates that variables name cannot be read.
    """
    quieten_libraries()
    endpoint = request.endpoint
    session = _Session(request)
    pool = next(_POOLS)
    name = f"{endpoint.scheme}://{endpoint.host}:80:pool={pool}"
    DaraCore._sessions[name] = session  # noqa: SLF001 - see the module's docstring
    try:
        _call(request, keys, pool)
    except Exception:  # noqa: BLE001 - the session knows better, and their text quotes the request
        pass
    finally:
        DaraCore._sessions.pop(name, None)  # noqa: SLF001
        session.close()
    if session.failure is not None:
        raise session.failure
    assert session.answer is not None, "the library did not send through our session"
    return Exchange(session.answer, session.signature)


def _call(request: CloudRequest, keys: CloudKeys, pool: int) -> None:
    milliseconds = max(1, round(request.timeout * 1000))
    config = Config(
        access_key_id=keys.key_id.reveal(),
        access_key_secret=keys.secret.reveal(),
        security_token=keys.token.reveal() if keys.token else None,
        protocol=request.endpoint.scheme,
        endpoint=request.endpoint.host,
        region_id=request.endpoint.region,
        user_agent=f"aicall/{__version__}",
    )
    params = Params(
        action=request.action,
        version=API_VERSION,
        protocol=request.endpoint.scheme,
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    options = RuntimeOptions(
        connect_timeout=milliseconds, read_timeout=milliseconds, max_idle_conns=pool
    )
    Client(config).call_api(params, OpenApiRequest(query=dict(request.query)), options)


class _Session:
    """What the library takes for a ``requests.Session``; sends once and keeps what came."""

    def __init__(self, request: CloudRequest, clock: Clock = perf_clock) -> None:
        self._session = requests.Session()
        self._request = request
        self._clock = clock
        self._certificates = own_certificates()
        self.answer: HttpAnswer | None = None
        self.failure: ConnectError | None = None
        self.signature = ""

    def send(self, prepared: requests.PreparedRequest, **options: Any) -> "_Given":
        """Send, without following a redirect, and read the answer up to its bound."""
        authorization = str(prepared.headers.get("Authorization", ""))
        self.signature = authorization.rpartition("Signature=")[2]
        options |= {"allow_redirects": False, "stream": True, "proxies": self._proxies(prepared)}
        options["verify"] = self._certificates or True
        prepared.headers["Connection"] = "close"
        deadline = self._clock() + self._request.timeout
        try:
            with self._session.send(prepared, **options) as response:
                body = b"".join(self._pieces(response, deadline))
        except (RequestException, OSError, ValueError, AnswerTooLongError) as error:
            self.failure = self._explained(error)
            raise self.failure from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        self.answer = HttpAnswer(response.status_code, headers, body)
        return _Given(self.answer, response.reason or "")

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def _proxies(self, prepared: requests.PreparedRequest) -> Mapping[str, str]:
        # The library's own choice of a proxy knows no exceptions (NO_PROXY).
        if self._request.endpoint.is_loopback:
            return {}
        return resolve_proxies(prepared, {})

    def _pieces(self, response: requests.Response, deadline: float) -> Iterator[bytes]:
        room = MAX_ANSWER
        for piece in response.iter_content(_PIECE):
            room -= len(piece)
            if room < 0:
                raise AnswerTooLongError
            if self._clock() > deadline:
                raise Timeout
            yield piece

    def _explained(self, error: Exception) -> ConnectError:
        """Return an error of ours: those of the library quote the request."""
        endpoint, causes = self._request.endpoint, list(_causes(error))
        host = endpoint.host
        if isinstance(error, Timeout):
            return silence(endpoint, self._request.timeout)
        if isinstance(error, AnswerTooLongError):
            message = f"{host} sends more than {MAX_ANSWER} bytes"
            return UnansweredError(message, hint="see whether --endpoint is right")
        for untrusted in causes:
            if isinstance(untrusted, ssl.SSLCertVerificationError):
                return ConnectError(
                    f"{host} shows a certificate that is not trusted ({untrusted.verify_message})",
                    hint=TRUST_HINT,
                )
        if isinstance(error, SSLError):
            return ConnectError(
                f"{host} does not speak TLS",
                hint="see whether --endpoint is right, and should be http",
            )
        if any(isinstance(it, socket.gaierror) for it in causes):
            return ConnectError(f"{host} has no address", hint=endpoint.unknown_hint)
        if any(isinstance(it, ConnectionRefusedError) for it in causes):
            return AbsentError(
                f"nothing answers at {host}", hint="see whether --endpoint is right, and up"
            )
        if isinstance(error, RequestsConnectionError):
            return UnansweredError(
                f"{host} closed the connection without an answer",
                hint="see whether --endpoint is right, and should be https",
            )
        return UnansweredError(
            f"the answer of {host} cannot be read ({type(error).__name__})",
            hint="see whether --endpoint is right",
        )


class _Given:
    """What the library takes for a ``requests.Response``."""

    def __init__(self, answer: HttpAnswer, reason: str) -> None:
        self.status_code = answer.status
        self.headers = answer.headers
        self.content = answer.body
        self.reason = reason


def silence(endpoint: CloudEndpoint, seconds: float) -> UnansweredError:
    """Return the error for an endpoint that does not answer in time."""
    return UnansweredError(
        f"{endpoint.host} did not answer within {seconds:g} s",
        hint="see whether --endpoint is right, and up",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what stands behind it, whichever way it is linked."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        linked = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [it for it in linked if isinstance(it, BaseException)]
