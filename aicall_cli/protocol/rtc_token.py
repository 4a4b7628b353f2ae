"""ARTC's token, by which one user joins one channel until it expires.

Base64 of a JSON object with ``appid``, ``channelid``, ``userid``, ``nonce``, ``timestamp`` (the
expiry, Unix time) and ``token``, the signature: the lower-case hexadecimal SHA-256 of app id,
app key, channel id, user id, nonce and timestamp, one after the other. A server adds ``gslb``, the
addresses where the channel is looked for; the signature does not cover them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import UsageError
from aicall_cli.protocol.expiry import MAX_TIME, Expiry
from aicall_cli.protocol.json_object import JsonObject
from aicall_cli.protocol.token_text import read_token, required_text, write_token
from aicall_cli.secret import Secret
from aicall_cli.text import escape

MAX_LIFETIME: Final = 24 * 3600
"""Seconds from the making of a token to its expiry that ARTC allows."""
MAX_ADDRESSES: Final = 16
_MAX_ADDRESS: Final = 512

_NAME: Final = "RTC token"
ARTC_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
"""What ARTC takes as the id of an app, a channel or a user."""
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class RtcToken:
    """What an RTC token says."""

    app_id: str
    channel_id: str
    user_id: str
    expiry: Expiry
    signature: Secret
    nonce: str = ""
    gslb: tuple[str, ...] = ()
    """Where the channel is looked for; empty for the vendor's own network."""

    @property
    def signaling_url(self) -> str | None:
        """Where the channel is joined by aicall's own signaling; None on ARTC's network."""
        return next((url for url in self.gslb if url.startswith(("ws://", "wss://"))), None)

    def is_signed_by(self, app_key: Secret) -> bool:
        """Whether ``app_key`` made the signature."""
        return self.signature == _signature(
            self.app_id, app_key, self.channel_id, self.user_id, self.nonce, self.expiry
        )

    def verify(self, app_key: Secret, now: float) -> None:
        """Raise UsageError for a token that is expired at ``now``, Unix time, or not signed."""
        if not self.is_signed_by(app_key):
            raise UsageError(
                "the RTC token is not signed with this app key",
                hint=f"take the key of the app {escape(self.app_id, limit=_SHOWN)}",
            )
        if self.expiry.is_past(now):
            raise UsageError(
                f"the RTC token expired at {self.expiry} UTC", hint="join with a new one"
            )

    def encode(self) -> Secret:
        """Return the token as it is handed on."""
        fields: dict[str, object] = {
            "appid": self.app_id,
            "channelid": self.channel_id,
            "userid": self.user_id,
            "nonce": self.nonce,
            "timestamp": self.expiry.seconds,
            "token": self.signature.reveal(),
        }
        if self.gslb:
            fields["gslb"] = list(self.gslb)
        return Secret(write_token(fields))


def make_rtc_token(
    *,
    app_id: str,
    app_key: Secret,
    channel_id: str,
    user_id: str,
    lifetime: int,
    now: float,
    nonce: str = "",
    gslb: Sequence[str] = (),
) -> RtcToken:
    """Sign a token that expires ``lifetime`` seconds after ``now``, Unix time.

    Raises UsageError for a lifetime of no second or more than ``MAX_LIFETIME``, for no app key,
    and for an id or a nonce that ARTC refuses.
    """
    _require_id(app_id, "an app id")
    _require_id(channel_id, "a channel id")
    _require_id(user_id, "a user id")
    if nonce:
        _require_id(nonce, "a nonce")
    if not app_key:
        raise UsageError("there is no app key", hint="it stands beside the app id in the console")
    if not 1 <= lifetime <= MAX_LIFETIME:
        raise UsageError(
            f"a token cannot expire {lifetime} s from now",
            hint=f"give it 1 to {MAX_LIFETIME} seconds (24 hours)",
        )
    expiry = Expiry(int(now) + lifetime)
    return RtcToken(
        app_id=app_id,
        channel_id=channel_id,
        user_id=user_id,
        expiry=expiry,
        signature=_signature(app_id, app_key, channel_id, user_id, nonce, expiry),
        nonce=nonce,
        gslb=tuple(gslb),
    )


def parse_rtc_token(text: str) -> RtcToken:
    """Read an RTC token, an expired one too; whether it is signed only ``verify`` knows.

    Raises UsageError, which repeats nothing of it, for what is none.
    """
    return read_token(text, _read, name=_NAME, foreign="`aicall share show` reads share tokens")


def _read(fields: JsonObject) -> RtcToken:
    return RtcToken(
        app_id=required_text(fields, "appid", name=_NAME),
        channel_id=required_text(fields, "channelid", name=_NAME),
        user_id=required_text(fields, "userid", name=_NAME),
        expiry=Expiry(fields.integer("timestamp", low=0, high=MAX_TIME)),
        signature=Secret(required_text(fields, "token", name=_NAME)),
        nonce=fields.text("nonce", "", limit=MAX_ID),
        gslb=tuple(map(_address, fields.items("gslb", limit=MAX_ADDRESSES))),
    )


def _address(address: object) -> str:
    name = f"{_NAME}: gslb"
    return required_text(
        JsonObject({"address": address}, name), "address", name=name, limit=_MAX_ADDRESS
    )


def _require_id(value: str, what: str) -> None:
    if not ARTC_ID.fullmatch(value):
        raise UsageError(
            f"{value[:_SHOWN]!r} cannot be {what}",
            hint="use 1 to 64 of the characters 0-9, A-Z, a-z, _ and -",
        )


def _signature(
    app_id: str, app_key: Secret, channel_id: str, user_id: str, nonce: str, expiry: Expiry
) -> Secret:
    signed = f"{app_id}{app_key.reveal()}{channel_id}{user_id}{nonce}{expiry.seconds}"
    return Secret(sha256(signed.encode("utf-8", "surrogatepass")).hexdigest())
