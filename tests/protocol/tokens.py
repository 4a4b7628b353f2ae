"""Tokens for tests, whole and changed."""

import json
from base64 import b64encode
from typing import Any

from aicall_cli.protocol.rtc_token import RtcToken, make_rtc_token
from aicall_cli.secret import Secret

NOW = 1_800_000_000.0
"""2027-01-15 08:00:00 UTC."""
APP_KEY = Secret("hunter2-the-app-key")

SHARE: dict[str, Any] = {
    "RequestId": "5C3F2A8E-0000-0000-0000-000000000000",
    "Name": "Reception",
    "TemporaryAIAgentId": "tmp0123456789abcdef0123456789abc",
    "WorkflowType": "VoiceChat",
    "ExpireTime": "2027-01-15 09:00:00",
    "TemplateConfig": '{"VoiceChat":{"VoiceId":"zhixiaoxia"}}',
    "Region": "cn-shanghai",
    "UserData": '{"name":"Zoë"}',
}
RTC: dict[str, Any] = {
    "appid": "app-1",
    "channelid": "room_1",
    "userid": "alice",
    "nonce": "",
    "timestamp": 1_800_003_600,
    "token": "0" * 64,
    "gslb": ["https://gslb.example"],
}


def packed(value: object) -> str:
    """Return any JSON value as the text of a token."""
    return b64encode(json.dumps(value).encode()).decode()


def share_text(**changed: Any) -> str:
    """Return a share token; None takes a field out."""
    return packed(_changed(SHARE, changed))


def rtc_text(**changed: Any) -> str:
    """Return an RTC token whose signature is none; None takes a field out."""
    return packed(_changed(RTC, changed))


def made(lifetime: int = 3600, now: float = NOW) -> RtcToken:
    """Return a token that ``APP_KEY`` signed."""
    return make_rtc_token(
        app_id="app-1",
        app_key=APP_KEY,
        channel_id="room_1",
        user_id="alice",
        lifetime=lifetime,
        now=now,
    )


def _changed(fields: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**fields, **changed}.items() if value is not None}
