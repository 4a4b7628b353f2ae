"""The tokens by which users enter this server's channels, and those of no other."""

import secrets
from collections import OrderedDict
from typing import Final

from aicall_cli.errors import UsageError
from aicall_cli.protocol.rtc_token import MAX_LIFETIME, RtcToken, make_rtc_token, parse_rtc_token
from aicall_cli.secret import Secret

DEFAULT_LIFETIME: Final = 3600
"""Seconds that a token lives where nobody says."""
MAX_CHANNELS: Final = 1000
"""Channels that are remembered; of more, those that were opened first are forgotten."""


class ChannelTokens:
    """Signs with a key of its own, which nobody else ever has and the next start forgets."""

    def __init__(self) -> None:
        self._app_id = secrets.token_hex(8)
        self._app_key = Secret(secrets.token_hex(32))
        self._channels: OrderedDict[str, None] = OrderedDict()

    def open_channel(self) -> str:
        """Return the id of a channel that nobody is in yet, and that nobody can guess."""
        channel_id = secrets.token_hex(16)
        self._channels[channel_id] = None
        if len(self._channels) > MAX_CHANNELS:
            self._channels.popitem(last=False)
        return channel_id

    def knows(self, channel_id: str) -> bool:
        """Whether we opened a channel."""
        return channel_id in self._channels

    def make(
        self, channel_id: str, user_id: str, now: float, *, address: str, lifetime: int = 0
    ) -> RtcToken:
        """Return a token for a user in a channel, who finds us at ``address``.

        Its life is cut to the 24 hours that ARTC allows; of no seconds it is the default.
        """
        return make_rtc_token(
            app_id=self._app_id,
            app_key=self._app_key,
            channel_id=channel_id,
            user_id=user_id,
            lifetime=min(lifetime or DEFAULT_LIFETIME, MAX_LIFETIME),
            now=now,
            gslb=(address,),
        )

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
