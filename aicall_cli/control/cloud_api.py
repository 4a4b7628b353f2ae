"""The cloud's API of AICallKit: one client for every operation.

The library's work, importing it among it, is done in threads; a request is sent once, and
again only where the API says that it did nothing because of too many requests.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final
from urllib.parse import quote

from aicall_cli.clock import perf_clock, wall_time
from aicall_cli.control.cloud_answer import CloudAnswer, HttpAnswer
from aicall_cli.control.cloud_credentials import CloudKeys, KeySource, require_extra
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.control.cloud_error import CloudThrottledError, refusal
from aicall_cli.control.cloud_log import THREAD
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.control.daemon_call import daemon_call
from aicall_cli.errors import ConnectError, CredentialError
from aicall_cli.secret import Secret

logger = logging.getLogger(__name__)

DEFAULT_TIMEOUT: Final = 10.0
"""Seconds for the connection, and for the answer."""
ATTEMPTS: Final = 5
"""How often a request is sent in all while the API says that there are too many."""
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 8.0
KEY_SECONDS: Final = 30.0
"""Seconds for finding keys: a role's are asked for over the network."""
_SHORTEST_SECRET: Final = 4
"""Characters below which a text is no secret but a word that may stand anywhere."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """The API wants fewer requests: it is asked again after ``wait`` seconds."""

    error: CloudThrottledError
    wait: float
    attempt: int
    """The one that was refused, from 1."""


class CloudApi:
    """Signs and sends operations to one endpoint. Safe for several calls at a time.

    ``on_throttled`` hears of each wait before it begins. ``jitter`` draws from 0 to 1.
    """

    def __init__(
        self,
        endpoint: CloudEndpoint,
        keys: KeySource,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        on_throttled: Callable[[Throttled], None] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.endpoint = endpoint
        self._keys = keys
        self._timeout = timeout
        self._on_throttled = on_throttled
        self._jitter = jitter
        self._finding = asyncio.Lock()

    async def call(self, operation: Operation, values: Mapping[str, object]) -> CloudAnswer:
        """Do ``operation`` with ``values`` by parameter, of which None are left out.

        Raises UsageError for values that cannot be sent and where the extra is missing,
        CredentialError where there are no keys, ConnectError where nothing answers, and
        CloudError for what the API refuses.
        """
        query = operation.query(values)
        hidden = list(operation.secrets(values))
        attempt = 1
        while True:
            try:
                return await self._send(operation.action, query, hidden)
            except CloudThrottledError as error:
                if attempt == ATTEMPTS:
                    raise
                ceiling = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempt - 1))
                throttled = Throttled(error, self._jitter() * ceiling, attempt)
            if self._on_throttled is not None:
                self._on_throttled(throttled)
            await asyncio.sleep(throttled.wait)
            attempt += 1

    async def _send(
        self, action: str, query: Mapping[str, str], hidden: Sequence[Secret]
    ) -> CloudAnswer:
        keys = await self._find_keys()
        began = perf_clock()
        answer, signature = await self._exchange(action, query, keys)
        milliseconds = (perf_clock() - began) * 1000
        secrets = [*keys.secrets(), *hidden, Secret(signature)]
        error = refusal(action, answer, wall_time(), lambda text: without(text, secrets))
        told = f"refused, {error.code or 'no code'}" if error else "done"
        logger.debug("%s: HTTP %d in %.0f ms, %s", action, answer.status, milliseconds, told)
        if error is not None:
            raise error
        fields = answer.fields
        assert fields is not None, "an answer without fields is refused"
        return CloudAnswer.of(fields)

    async def _find_keys(self) -> CloudKeys:
        try:
            async with asyncio.timeout(KEY_SECONDS), self._finding:
                return await daemon_call(self._keys.find, THREAD)
        except TimeoutError:
            raise CredentialError(
                f"no credentials were found within {KEY_SECONDS:g} s",
                hint="see what the profile or role asks for them",
            ) from None

    async def _exchange(
        self, action: str, query: Mapping[str, str], keys: CloudKeys
    ) -> tuple[HttpAnswer, str]:
        transport = await daemon_call(_transport, THREAD)
        request = transport.CloudRequest(self.endpoint, action, query, self._timeout)
        try:
            # The thread's own bounds are for each step; this one is for them all.
            async with asyncio.timeout(2 * self._timeout):
                done = await daemon_call(lambda: transport.exchange(request, keys), THREAD)
        except TimeoutError:
            raise transport.silence(self.endpoint, 2 * self._timeout) from None
        except ConnectError as error:
            logger.debug("%s: %s", action, error.message)
            raise
        return done.answer, done.signature


def log_throttled(throttled: Throttled) -> None:
    """Log a wait, for whom nobody watches it."""
    logger.warning(
        "%s: too many requests, trying again in %.1f s", throttled.error.code, throttled.wait
    )


def without(text: str, secrets: Sequence[Secret]) -> str:
    """Return ``text`` with ``***`` in place of ``secrets``, also where they are URL-encoded."""
    values = {secret.reveal() for secret in secrets}
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORTEST_SECRET:
            for spelled in (value, quote(value, safe=""), quote(quote(value, safe=""), safe="")):
                text = text.replace(spelled, "***")
    return text


def _transport() -> ModuleType:
    require_extra()
    from aicall_cli.control import cloud_transport

    return cloud_transport
