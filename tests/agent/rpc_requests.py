"""Requests of the OpenAPI as alibabacloud-tea-openapi 0.4.6 sent them, byte by byte."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha1
from urllib.parse import quote, unquote, urlencode

from aicall_cli.agent.options import KeyPair
from aicall_cli.agent.rpc_request import RpcRequest, read_rpc_request
from aicall_cli.secret import Secret

KEY_PAIR = KeyPair("akid", Secret("aksecret"))
NOW = datetime(2026, 11, 21, 3, 58, 25, tzinfo=UTC).timestamp()
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

HEADERS_QUERY = "AIAgentId=echo+%C3%A4%2B~%2A&AgentConfig=%7B%22a%22%3A+1%7D"
HEADERS = {
    "host": "127.0.0.1:43747",
    "x-acs-version": "2020-11-09",
    "x-acs-action": "GenerateAIAgentCall",
    "user-agent": "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2",
    "x-acs-date": "2026-11-21T03:58:25Z",
    "x-acs-signature-nonce": "f02cfab8a19e745d7393962573fcf97e",
    "accept": "application/json",
    "x-acs-content-sha256": _EMPTY,
    "x-acs-credentials-provider": "static_ak",
    "Authorization": "ACS3-HMAC-SHA256 Credential=akid,SignedHeaders=accept;host;user-agent;"
    "x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;"
    "x-acs-signature-nonce;x-acs-version,Signature="
    "87f6b6b8bad0cf9fe75a3adbb34e3b4c242009e949f228f164ea4f2a5c81962a",
    "Content-Length": "0",
}
"""Signed by headers: ``ACS3-HMAC-SHA256``."""

FORM_BODY = b"B=c+d"
FORM_HEADERS = {
    **HEADERS,
    "x-acs-signature-nonce": "f0824001799d2823dfd935d7c2020618",
    "content-type": "application/x-www-form-urlencoded",
    "x-acs-content-sha256": "289231b26e5bafbc11955c9a5756bb4d826caf297481a4edaafd04520e03ffe1",
    "Authorization": "ACS3-HMAC-SHA256 Credential=akid,SignedHeaders=accept;content-type;host;"
    "user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;"
    "x-acs-signature-nonce;x-acs-version,Signature="
    "4a7edbc6a709e261e3928a37b9ff1f86c72afb04a4d5434ed166d931772c86fc",
    "Content-Length": "5",
}
"""The same with a form as its body; its query is ``AIAgentId=x``."""

SIGNED_QUERY = (
    "Action=GenerateAIAgentCall&Format=json&Version=2020-11-09"
    "&Timestamp=2026-11-21T03%3A58%3A25Z&SignatureNonce=bd52d66d5d46b620bba656fc1848027d"
    "&AIAgentId=echo+%C3%A4%2B~%2A&AgentConfig=%7B%22a%22%3A+1%7D"
    "&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&AccessKeyId=akid"
    "&Signature=KO2Xq1Lh%2F6NbR6irHmcKQLdgAB8%3D"
)
"""Signed in the query: ``HMAC-SHA1``."""
FORM_QUERY = (
    "Action=GenerateAIAgentCall&Format=json&Version=2020-11-09"
    "&Timestamp=2026-11-21T03%3A58%3A25Z&SignatureNonce=4a87699f2ec1f967b341fdf6515381a9"
    "&AIAgentId=x&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&AccessKeyId=akid"
    "&Signature=ekrkxtFK%2F3L0dS1lqDq7U4Z9IE0%3D"
)
"""The same with a form as its body."""
SIGNATURES = (
    "87f6b6b8bad0cf9fe75a3adbb34e3b4c242009e949f228f164ea4f2a5c81962a",
    unquote("KO2Xq1Lh%2F6NbR6irHmcKQLdgAB8%3D"),
)


def signed_query(**said: str) -> str:
    """Return a query of our own, signed with ``KEY_PAIR`` by HMAC-SHA1."""
    parameters = {
        "Action": "GetAIAgentConcurrency",
        "Version": "2020-11-09",
        "Timestamp": "2026-11-21T03:58:25Z",
        "SignatureNonce": "nonce",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "AccessKeyId": KEY_PAIR.key_id,
        **said,
    }
    canonical = urlencode(sorted(parameters.items()), quote_via=quote, safe="~")
    source = f"POST&%2F&{quote(canonical, safe='~')}".encode()
    mac = hmac.new(f"{KEY_PAIR.secret.reveal()}&".encode(), source, sha1).digest()
    return urlencode({**parameters, "Signature": b64encode(mac).decode()})


def request(
    query: str = "", headers: dict[str, str] | None = None, body: bytes = b""
) -> RpcRequest:
    """Read a request as a server gets it."""
    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    return read_rpc_request("POST", "/", query.encode(), raw, body)
