"""The tokens by which users enter this server's channels, and those of no other."""

import secrets
from typing import Final

from aicall_cli.agent.instance import Instance
from aicall_cli.errors import UsageError
from aicall_cli.protocol.rtc_token import MAX_LIFETIME, RtcToken, make_rtc_token, parse_rtc_token
from aicall_cli.secret import Secret

DEFAULT_LIFETIME: Final = 3600
"""Seconds that a token lives where nobody says."""


class ChannelTokens:
    """Signs with a key of its own, which nobody else ever has and the next start forgets."""

    def __init__(self) -> None:
        self._app_id = secrets.token_hex(8)
        self._app_key = Secret(secrets.token_hex(32))

    def make(self, instance: Instance, user_id: str, now: float) -> RtcToken:
        """Return a token for a user in the instance's channel.

        Its life is cut to the 24 hours that ARTC allows; of no seconds it is the default.
        """
        token = make_rtc_token(
            app_id=self._app_id,
            app_key=self._app_key,
            channel_id=instance.channel_id,
            user_id=user_id,
            lifetime=min(instance.token_lifetime or DEFAULT_LIFETIME, MAX_LIFETIME),
            now=now,
            gslb=(instance.address,),
        )
        expiries, expiry = instance.token_expiries, float(token.expiry.seconds)
        expiries[user_id] = max(expiries.get(user_id, expiry), expiry)
        return token

    def read(self, text: str, now: float) -> RtcToken | None:
        """Return the token that a text holds; None for a text that is none.

        Raises UsageError for a token of another server, and for one that is expired.
        """
        try:
            token = parse_rtc_token(text)
        except UsageError:
            return None
        token.verify(self._app_key, now)
        return token
