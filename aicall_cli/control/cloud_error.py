"""What the cloud's API refuses, verbatim and with a next step.

::

    CloudError                  3   it refused, or answered what makes no sense
    ├── CloudThrottledError     3   too many requests
    ├── CloudCredentialError    4   the keys, the signature, or what they may do
    ├── CloudSubscriptionError  5   the account does not have agents of this kind
    └── CloudRequestError       2   what was asked
        └── CloudAgentError     2   no such agent

    UnansweredError (ConnectError)  3   it may have done what was asked, and did not say
    AbsentError (ConnectError)      3   nothing is there that could have been asked
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aicall_cli.control.cloud_answer import HttpAnswer
from aicall_cli.errors import (
    AicallError,
    ConnectError,
    CredentialError,
    SubscriptionError,
    UnknownAgentError,
    UsageError,
)
from aicall_cli.exit_status import ExitStatus
from aicall_cli.text import escape

_MAX_MESSAGE: Final = 1000
_MAX_WORD: Final = 200
_MAX_EXCERPT: Final = 120
_SKEW_SECONDS: Final = 60
"""Seconds that two clocks may differ without being told."""


class CloudError(AicallError):
    """Raised when the API refuses, or its answer makes no sense."""

    exit_status = ExitStatus.CANNOT_CONNECT

    def __init__(
        self, message: str, *, status: int, code: str = "", request_id: str = "", hint: str | None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        """Of HTTP."""
        self.code = code
        """The API's own; empty where the answer had none."""
        self.request_id = request_id


class CloudThrottledError(CloudError):
    """Raised when the API wants fewer requests; it did nothing."""


class CloudCredentialError(CloudError, CredentialError):
    """Raised when the API refuses the keys, the signature, or what they may do."""

    exit_status = ExitStatus.CREDENTIALS_REFUSED


class CloudSubscriptionError(CloudError, SubscriptionError):
    """Raised when the API does not have agents of the kind asked for, for this account."""

    exit_status = ExitStatus.AGENT_FAILED


class CloudRequestError(CloudError, UsageError):
    """Raised when the API refuses what was asked."""

    exit_status = ExitStatus.USAGE


class CloudAgentError(CloudRequestError, UnknownAgentError):
    """Raised when the API has no such agent."""


class UnansweredError(ConnectError):
    """Raised when a request was sent, or may have been, and no answer came."""


class AbsentError(ConnectError):
    """Raised when nothing listens where the API should be."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What to do about the codes that begin with ``code``."""

    code: str
    kind: type[CloudError]
    hint: str


_LATER: Final = "try it again later; the request id helps who is asked"
_STEPS: Final = (
    _Step(
        "AgentNotFound",
        CloudAgentError,
        "see that the agent's id is right, and that --region is the agent's own",
    ),
    _Step(
        "Forbidden.SubscriptionRequired",
        CloudSubscriptionError,
        "activate Intelligent Media Services' real-time agents for this account, in its console; "
        "an `aicall serve` has none with a picture",
    ),
    _Step(
        "SignatureDoesNotMatch",
        CloudCredentialError,
        "the secret does not belong to the key id: see ALIBABA_CLOUD_ACCESS_KEY_SECRET or the "
        "profile",
    ),
    _Step(
        "IncompleteSignature",
        CloudCredentialError,
        "see that key id and secret are whole: ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET",
    ),
    _Step(
        "InvalidAccessKeyId",
        CloudCredentialError,
        "the key id is unknown or disabled: see ALIBABA_CLOUD_ACCESS_KEY_ID or the profile",
    ),
    _Step(
        "InvalidSecurityToken",
        CloudCredentialError,
        "the STS token is expired or not this key's: get new ones, all three together",
    ),
    _Step("MissingSecurityToken", CloudCredentialError, "give ALIBABA_CLOUD_SECURITY_TOKEN too"),
    _Step(
        "InvalidTimeStamp",
        CloudCredentialError,
        "the clock of this computer may be wrong: set it, best by NTP",
    ),
    _Step(
        "SignatureNonceUsed",
        CloudCredentialError,
        "somebody sent the same request again; run it once more",
    ),
    _Step("Throttling", CloudThrottledError, "wait, or ask for a higher quota"),
    _Step("Forbidden", CloudCredentialError, "let the key's user do this: RAM action ice:{action}"),
    _Step(
        "NoPermission", CloudCredentialError, "let the key's user do this: RAM action ice:{action}"
    ),
    _Step("InvalidAction", CloudError, "see whether --endpoint is one of IMS (ice)"),
    _Step("InvalidVersion", CloudError, "see whether --endpoint is one of IMS (ice)"),
    _Step("Missing", CloudRequestError, "see the command's --help"),
    _Step("Invalid", CloudRequestError, "see the command's --help"),
    _Step("ServiceUnavailable", CloudError, _LATER),
    _Step("InternalError", CloudError, _LATER),
)
"""The first that fits counts."""
_BY_STATUS: Final[dict[int, tuple[type[CloudError], str | None]]] = {
    400: (CloudRequestError, None),
    401: (CloudCredentialError, "see the keys"),
    403: (CloudCredentialError, "see the keys, and what their user may do"),
    404: (CloudRequestError, "see that the id is right, and that --region is its own"),
}
_CLOCK_CODES: Final = ("InvalidTimeStamp", "SignatureDoesNotMatch")


def refusal(
    action: str, answer: HttpAnswer, now: datetime, clean: Callable[[str], str]
) -> CloudError | None:
    """Return what an answer refuses; None for one that is good.

    ``now`` is this computer's wall time. ``clean`` takes secrets out of a peer's text, which
    may quote the request.
    """
    fields = answer.fields
    if fields is None:
        return _senseless(action, answer, clean)
    if answer.status < 300 and fields.get("Success") is not False:
        return None
    code = _word(fields.get("Code", fields.get("code")), clean)
    said = escape(
        clean(str(fields.get("Message") or fields.get("message") or "")).strip(),
        limit=_MAX_MESSAGE,
    )
    request_id = _word(fields.get("RequestId", fields.get("requestId")), clean)
    kind, hint = _next_step(action, answer, code, now)
    told = ": ".join(text for text in (code or "no code", said) if text)
    where = f"HTTP {answer.status}, request id {request_id or 'none'}"
    return kind(
        f"{action} was refused: {told} ({where})",
        status=answer.status,
        code=code,
        request_id=request_id,
        hint=hint,
    )


def _next_step(
    action: str, answer: HttpAnswer, code: str, now: datetime
) -> tuple[type[CloudError], str | None]:
    skew = _skew(answer, now) if code.startswith(_CLOCK_CODES) else None
    folded = code.lower()
    for step in _STEPS:
        if folded.startswith(step.code.lower()):
            return step.kind, skew or step.hint.format(action=action)
    if answer.status >= 500:
        return CloudError, _LATER
    return _BY_STATUS.get(answer.status, (CloudError, None))


def _skew(answer: HttpAnswer, now: datetime) -> str | None:
    """Return how wrong this computer's clock is, if it is, by the server's."""
    if answer.date is None:
        return None
    seconds = round((now - answer.date).total_seconds())
    if abs(seconds) < _SKEW_SECONDS:
        return None
    direction = "ahead of" if seconds > 0 else "behind"
    return f"this computer's clock is {abs(seconds)} s {direction} the server's: set it"


def _senseless(action: str, answer: HttpAnswer, clean: Callable[[str], str]) -> CloudError:
    text = clean(answer.body[:_MAX_MESSAGE].decode(errors="replace")).strip()
    excerpt = f": {escape(text, limit=_MAX_EXCERPT)}" if text else ""
    kind = escape(answer.content_type, limit=60) or "no content type"
    return CloudError(
        f"{action} got no answer of the API but HTTP {answer.status} with {kind}{excerpt}",
        status=answer.status,
        hint="see whether --endpoint is right, or what stands between",
    )


def _word(value: object, clean: Callable[[str], str]) -> str:
    return escape(clean(str(value or "")).strip(), limit=_MAX_WORD)
