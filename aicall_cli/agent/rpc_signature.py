"""Whether a request of the OpenAPI is signed with the configured key pair.

Both ways in which Alibaba Cloud's clients sign (``alibabacloud-tea-openapi`` 0.4: the second
with ``signature_algorithm="v2"``):

- **ACS3-HMAC-SHA256**, in the header ``Authorization``. Signed are method, path, sorted query,
  the headers that the signature names and the SHA-256 of the body; action, version, date and
  nonce are ``x-acs-*`` headers.
- **HMAC-SHA1** with ``SignatureVersion`` 1.0, in the query. Signed are the method and all
  parameters, sorted; action, version, timestamp and nonce are parameters.

As the real gateway does, a request whose time is more than 15 minutes off is refused, and so is
one that comes a second time.
"""

import hmac
import re
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1, sha256
from typing import Final
from urllib.parse import quote

from aicall_cli.agent.control_error import ControlError, missing
from aicall_cli.agent.options import KeyPair
from aicall_cli.agent.rpc_request import RpcRequest
from aicall_cli.secret import Secret

MAX_SKEW_SECONDS: Final = 15 * 60
MAX_NONCES: Final = 10_000
"""Nonces that are remembered; of more, the oldest are forgotten before their time."""

_ACS3: Final = "ACS3-HMAC-SHA256"
_AUTHORIZATION: Final = re.compile(
    rf"{_ACS3} +Credential=([^,\s]{{1,128}}),\s*SignedHeaders=([^,\s]{{1,2048}}),"
    r"\s*Signature=([0-9a-f]{64})"
)
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_MUST_BE_SIGNED: Final = frozenset(
    ("host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce")
)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a request asks for, and it is known who asks."""

    action: str
    version: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What makes a signed request one that came now, and once."""

    time: str
    nonce: str


class SignatureCheck:
    """Checks requests against one key pair; without one, every key is a foreign one."""

    def __init__(self, key_pair: KeyPair | None) -> None:
        self._key_pair = key_pair
        self._nonces: OrderedDict[str, float] = OrderedDict()

    def check(self, request: RpcRequest, now: float) -> SignedRequest:
        """Return what a request asks for at ``now``, Unix time; raise ControlError."""
        if "authorization" in request.headers:
            signed, stamp = self._check_headers(request)
        else:
            signed, stamp = self._check_query(request)
        self._check_stamp(stamp, now)
        return signed

    def _check_headers(self, request: RpcRequest) -> tuple[SignedRequest, _Stamp]:
        headers = request.headers
        read = _AUTHORIZATION.fullmatch(headers["authorization"])
        if read is None:
            raise _incomplete(f"Authorization is not of the form {_ACS3}")
        key_id, names, signature = read.groups()
        signed_names = names.split(";")
        unsigned = _MUST_BE_SIGNED.union(n for n in headers if n.startswith("x-acs-"))
        unsigned = unsigned.difference(set(signed_names).intersection(headers))
        if unsigned:
            raise _incomplete(f"not signed is {', '.join(sorted(unsigned))}")
        secret = self._secret_of(key_id, headers.get("x-acs-security-token", ""))
        digest = sha256(request.body).hexdigest()
        canonical = "\n".join(
            (
                request.method,
                request.path,
                _canonical(request.query),
                *(f"{name}:{headers.get(name, '')}" for name in signed_names),
                "",
                names,
                digest,
            )
        )
        source = f"{_ACS3}\n{sha256(canonical.encode()).hexdigest()}"
        _compare(hmac.new(_bytes(secret), source.encode(), sha256).hexdigest(), signature)
        return (
            SignedRequest(headers["x-acs-action"], headers["x-acs-version"], request.parameters),
            _Stamp(headers["x-acs-date"], headers["x-acs-signature-nonce"]),
        )

    def _check_query(self, request: RpcRequest) -> tuple[SignedRequest, _Stamp]:
        said = request.parameters
        for name in ("AccessKeyId", "Signature", "Timestamp", "SignatureNonce", "Action"):
            if not said.get(name):
                raise missing(name)
        if (said.get("SignatureMethod"), said.get("SignatureVersion")) != ("HMAC-SHA1", "1.0"):
            raise _incomplete("SignatureMethod is not HMAC-SHA1, or SignatureVersion not 1.0")
        secret = self._secret_of(said["AccessKeyId"], said.get("SecurityToken", ""))
        signature = said.pop("Signature")
        source = f"{request.method}&%2F&{_quoted(_canonical(said))}"
        mac = hmac.new(_bytes(secret) + b"&", source.encode(), sha1).digest()
        _compare(b64encode(mac).decode(), signature)
        return (
            SignedRequest(said["Action"], said.get("Version", ""), said),
            _Stamp(said["Timestamp"], said["SignatureNonce"]),
        )

    def _secret_of(self, key_id: str, security_token: str) -> Secret:
        known = self._key_pair
        if known is None or Secret(known.key_id) != Secret(key_id):
            raise ControlError(
                "InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404
            )
        if security_token:
            raise ControlError(
                "InvalidSecurityToken.MismatchWithAccessKey",
                "The security token is none of this access key.",
            )
        return known.secret

    def _check_stamp(self, stamp: _Stamp, now: float) -> None:
        try:
            at = datetime.strptime(stamp.time, _TIME).replace(tzinfo=UTC).timestamp()
        except ValueError:
            raise ControlError(
                "InvalidTimeStamp.Format",
                "Specified time stamp or date value is not well formatted.",
            ) from None
        if abs(now - at) > MAX_SKEW_SECONDS:
            raise ControlError(
                "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."
            )
        if not stamp.nonce:
            raise missing("SignatureNonce")
        self._remember(sha256(stamp.nonce.encode()).hexdigest(), at + MAX_SKEW_SECONDS, now)

    def _remember(self, nonce: str, until: float, now: float) -> None:
        if nonce in self._nonces:
            raise ControlError("SignatureNonceUsed", "Specified signature nonce was used already.")
        self._nonces[nonce] = until
        while len(self._nonces) > MAX_NONCES or next(iter(self._nonces.values())) < now:
            self._nonces.popitem(last=False)


def _canonical(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{_quoted(key)}={_quoted(parameters[key])}" for key in sorted(parameters))


def _quoted(text: str) -> str:
    return quote(text, safe="~")


def _compare(right: str, shown: str) -> None:
    if Secret(right) != Secret(shown):
        raise ControlError(
            "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."
        )


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode()


def _incomplete(why: str) -> ControlError:
    return ControlError(
        "IncompleteSignature",
        f"The request signature does not conform to Alibaba Cloud standards: {why}.",
    )
