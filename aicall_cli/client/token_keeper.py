"""The token by which a call is in its channel, renewed before it expires."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from aicall_cli.engine.commands import RequestRtcToken
from aicall_cli.engine.events import RtcTokenExpired, RtcTokenExpiring, RtcTokenReceived
from aicall_cli.errors import CommandRefused, UsageError
from aicall_cli.protocol.rtc_token import RtcToken, parse_rtc_token
from aicall_cli.session.session import Session

_log = logging.getLogger(__name__)

RENEW_SECONDS: Final = 60.0
"""How long before its expiry a token is renewed; one of less than twice that at its half."""
_NAP_SECONDS: Final = 10.0
"""After so long the time is looked at again: a machine may have slept."""


class TokenKeeper:
    """Asks the agent for a new token (1104, 1006) each time the present one is about to expire.

    ``now`` returns Unix time. Runs beside the call; ends when a token expires.
    """

    def __init__(self, session: Session, token: RtcToken, now: Callable[[], float]) -> None:
        self._session = session
        self._token = token
        self._now = now

    async def run(self) -> None:
        """Keep the token valid as long as the call lasts, or the agent gives new ones."""
        while True:
            left = self._left()
            await self._sleep_until(left - min(RENEW_SECONDS, left / 2))
            self._session.publish(RtcTokenExpiring())
            if not await self._renew():
                self._session.publish(RtcTokenExpired())
                return

    def _left(self) -> float:
        return max(self._token.expiry.left(self._now()), 0.0)

    async def _sleep_until(self, seconds: float) -> None:
        until = self._now() + seconds
        while True:
            rest = until - self._now()
            if rest <= 0:
                return
            await asyncio.sleep(min(rest, _NAP_SECONDS))

    async def _renew(self) -> bool:
        """Get a token that is valid for longer; return False where none came in time."""
        events = self._session.feed.listen()
        try:
            self._session.command(RequestRtcToken(self._token.user_id))
        except CommandRefused as refused:
            _log.warning("no new token can be asked for: %s", refused.message)
        try:
            async with asyncio.timeout(self._left()):
                async for stamped in events:
                    if isinstance(stamped.event, RtcTokenReceived) and self._take(stamped.event):
                        return True
        except TimeoutError:
            pass
        return False

    def _take(self, event: RtcTokenReceived) -> bool:
        try:
            token = parse_rtc_token(event.token.reveal())
        except UsageError as error:
            _log.warning("the new token cannot be used: %s", error.message)
            return False
        if token.expiry.seconds <= self._token.expiry.seconds:
            return False
        self._token = token
        return True
