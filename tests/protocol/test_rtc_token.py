import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.errors import UsageError
from aicall_cli.protocol.expiry import Expiry
from aicall_cli.protocol.rtc_token import (
    MAX_ADDRESSES,
    MAX_LIFETIME,
    RtcToken,
    make_rtc_token,
    parse_rtc_token,
)
from aicall_cli.secret import Secret
from tests.protocol.tokens import APP_KEY, NOW, made, rtc_text


def test_the_vendors_vector() -> None:
    token = make_rtc_token(
        app_id="abc",
        app_key=Secret("abckey"),
        channel_id="abcChannel",
        user_id="abcUser",
        lifetime=3600,
        now=1699423634 - 3600,
    )
    assert json.loads(b64decode(token.encode().reveal(), validate=True)) == {
        "appid": "abc",
        "channelid": "abcChannel",
        "userid": "abcUser",
        "nonce": "",
        "timestamp": 1699423634,
        "token": "3c9ee8d9f8734f0b7560ed8022a0590659113955819724fc9345ab8eedf84f31",
    }


def test_a_token_says_who_joins_what_until_when() -> None:
    token = parse_rtc_token(rtc_text(nonce="AK-1"))
    assert token == RtcToken(
        app_id="app-1",
        channel_id="room_1",
        user_id="alice",
        expiry=Expiry(1_800_003_600),
        signature=Secret("0" * 64),
        nonce="AK-1",
        gslb=("https://gslb.example",),
    )
    assert parse_rtc_token(rtc_text(nonce=None, gslb=None)) == replace(token, nonce="", gslb=())


_ids = st.from_regex(r"[0-9A-Za-z_-]{1,64}", fullmatch=True)


@given(_ids, _ids, _ids, st.one_of(st.just(""), _ids), st.integers(1, MAX_LIFETIME))
def test_what_is_made_is_read_and_verified(
    app: str, channel: str, user: str, nonce: str, lifetime: int
) -> None:
    token = make_rtc_token(
        app_id=app,
        app_key=APP_KEY,
        channel_id=channel,
        user_id=user,
        lifetime=lifetime,
        now=NOW + 0.9,
        nonce=nonce,
        gslb=["ws://[::1]:8765"],
    )
    assert parse_rtc_token(token.encode().reveal()) == token
    token.verify(APP_KEY, NOW)
    assert token.expiry == Expiry(int(NOW) + lifetime)


@pytest.mark.parametrize("field", ["app_id", "channel_id", "user_id", "nonce", "expiry"])
def test_a_changed_token_is_not_signed(field: str) -> None:
    changed: dict[str, Any] = {field: Expiry(1_900_000_000) if field == "expiry" else "other"}
    forged = replace(made(), **changed)
    assert not forged.is_signed_by(APP_KEY)
    with pytest.raises(UsageError, match="the RTC token is not signed with this app key"):
        forged.verify(APP_KEY, NOW)


def test_another_key_did_not_sign() -> None:
    assert not made().is_signed_by(Secret("another"))
    assert not made().is_signed_by(Secret("\ud800"))
    assert not replace(made(), signature=Secret("\ud800")).is_signed_by(APP_KEY)


def test_an_expired_token_is_read_and_refused() -> None:
    token = parse_rtc_token(made(lifetime=60).encode().reveal())
    token.verify(APP_KEY, NOW + 59.9)
    with pytest.raises(UsageError, match="the RTC token expired at 2027-01-15 08:01:00 UTC"):
        token.verify(APP_KEY, NOW + 60)


@pytest.mark.parametrize("lifetime", [0, -1, MAX_LIFETIME + 1])
def test_a_token_lives_for_a_day_at_most(lifetime: int) -> None:
    with pytest.raises(UsageError, match=f"cannot expire {lifetime} s from now") as caught:
        made(lifetime=lifetime)
    assert caught.value.hint == "give it 1 to 86400 seconds (24 hours)"
    assert made(lifetime=MAX_LIFETIME).expiry.left(NOW) == MAX_LIFETIME


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("app_id", "cannot be an app id"),
        ("channel_id", "cannot be a channel id"),
        ("user_id", "cannot be a user id"),
        ("nonce", "cannot be a nonce"),
    ],
)
@pytest.mark.parametrize("value", ["a b", "x" * 65, "é", "a\n", "\x1b[2J", "\u0661"])
def test_an_id_that_the_vendor_refuses(field: str, says: str, value: str) -> None:
    fields: dict[str, Any] = {"app_id": "a", "channel_id": "c", "user_id": "u", field: value}
    with pytest.raises(UsageError, match=says) as caught:
        make_rtc_token(app_key=APP_KEY, lifetime=60, now=NOW, **fields)
    assert len(caught.value.message) < 120
    assert caught.value.message.isprintable()


def test_without_ids_or_a_key_there_is_no_token() -> None:
    with pytest.raises(UsageError, match="'' cannot be a user id"):
        make_rtc_token(
            app_id="a", app_key=APP_KEY, channel_id="c", user_id="", lifetime=60, now=NOW
        )
    with pytest.raises(UsageError, match="there is no app key"):
        make_rtc_token(
            app_id="a", app_key=Secret(""), channel_id="c", user_id="u", lifetime=60, now=NOW
        )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"appid": None}, "appid is missing"),
        ({"appid": ""}, "appid is empty"),
        ({"channelid": 5}, "channelid is not a string but of type int"),
        ({"userid": ["hunter2"]}, "userid is not a string but of type list"),
        ({"userid": "x" * 300}, "userid has 300 characters, the limit is 256"),
        ({"timestamp": None}, "timestamp is missing"),
        ({"timestamp": "hunter2"}, "timestamp is not an integer but of type str"),
        ({"timestamp": True}, "timestamp is not an integer but of type bool"),
        ({"timestamp": 1.5}, "timestamp is not an integer but of type float"),
        ({"timestamp": -1}, "timestamp is not between 0 and 253402300799"),
        ({"timestamp": 10**300}, "timestamp is not between 0 and 253402300799"),
        ({"token": None}, "token is missing"),
        ({"token": ""}, "token is empty"),
        ({"nonce": 1}, "nonce is not a string but of type int"),
        ({"gslb": "hunter2"}, "gslb is not an array but of type str"),
        ({"gslb": [5]}, "gslb: address is not a string but of type int"),
        ({"gslb": [""]}, "gslb: address is empty"),
        ({"gslb": ["x" * 513]}, "gslb: address has 513 characters, the limit is 512"),
        ({"gslb": ["x"] * (MAX_ADDRESSES + 1)}, "gslb has 17 items, the limit is 16"),
    ],
)
def test_a_foreign_token_is_told_and_not_repeated(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_rtc_token(rtc_text(**changed))
    assert caught.value.message == f"RTC token: {says}"
    assert "hunter2" not in caught.value.message
    assert caught.value.hint == "`aicall share show` reads share tokens"
    assert caught.value.__suppress_context__


def test_the_signature_is_not_printed() -> None:
    token = made()
    for shown in (repr(token), str(token), repr(token.encode())):
        assert token.signature.reveal() not in shown
        assert token.encode().reveal() not in shown
