import asyncio
import io
import logging
import sys
from datetime import timedelta
from email.utils import format_datetime

import pytest

from aicall_cli.clock import wall_time
from aicall_cli.control import cloud_api
from aicall_cli.control.cloud_api import ATTEMPTS, CloudApi, Throttled, without
from aicall_cli.control.cloud_call_operations import GENERATE_CALL, START_INSTANCE, STOP_INSTANCE
from aicall_cli.control.cloud_credentials import KEY_ID, KEY_SECRET, KeyChain
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.control.cloud_error import (
    CloudAgentError,
    CloudCredentialError,
    CloudError,
    CloudRequestError,
    CloudSubscriptionError,
    CloudThrottledError,
)
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.control.cloud_operations import OPERATIONS
from aicall_cli.errors import AicallError, CredentialError, UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.secret import Secret
from tests.control.cloud_calls import KEYS, STOP, call, error_of
from tests.support.cloud_stub import (
    cloud_stub,
    fields,
    nothing,
    refused,
    text,
)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: str(it.action))
def test_each_operation_goes_out_under_its_name(operation: Operation) -> None:
    values: dict[str, object] = {}
    for parameter in operation.parameters:
        for candidate in (
            "wav",
            "url",
            "OSS",
            "Text",
            "ASC",
            "3",
            "true",
            "{}",
            "[]",
            "2026-11-21T08:00Z",
        ):
            try:
                values[parameter.name] = parameter.kind.wire(candidate)
            except ValueError:
                continue
            break
    with cloud_stub(fields()) as stub:
        call(stub.url, operation, values)
        [sent] = stub.calls
    assert sent.headers["x-acs-action"] == operation.action
    assert set(sent.query) == {it.name.partition(".")[0] for it in operation.parameters}


@pytest.mark.parametrize(
    ("code", "status", "kind", "exit_status", "hint"),
    [
        ("AgentNotFound", 404, CloudAgentError, ExitStatus.USAGE, "--region"),
        (
            "Forbidden.SubscriptionRequired",
            403,
            CloudSubscriptionError,
            ExitStatus.AGENT_FAILED,
            "activate",
        ),
        (
            "SignatureDoesNotMatch",
            400,
            CloudCredentialError,
            ExitStatus.CREDENTIALS_REFUSED,
            KEY_SECRET,
        ),
        (
            "InvalidAccessKeyId.NotFound",
            404,
            CloudCredentialError,
            ExitStatus.CREDENTIALS_REFUSED,
            KEY_ID,
        ),
        (
            "InvalidSecurityToken.Expired",
            400,
            CloudCredentialError,
            ExitStatus.CREDENTIALS_REFUSED,
            "STS",
        ),
        (
            "NoPermission",
            403,
            CloudCredentialError,
            ExitStatus.CREDENTIALS_REFUSED,
            "ice:StopAIAgentInstance",
        ),
        ("MissingParameter", 400, CloudRequestError, ExitStatus.USAGE, "--help"),
        ("InstanceGone", 404, CloudRequestError, ExitStatus.USAGE, "id"),
        ("Whatever", 403, CloudCredentialError, ExitStatus.CREDENTIALS_REFUSED, "keys"),
        ("ServiceUnavailable", 503, CloudError, ExitStatus.CANNOT_CONNECT, "later"),
    ],
)
def test_a_refusal_is_verbatim_and_has_a_next_step(
    code: str, status: int, kind: type[CloudError], exit_status: ExitStatus, hint: str
) -> None:
    error = error_of(refused(code, "Said\nso.", status))
    assert type(error) is kind
    assert error.exit_status == exit_status
    assert error.message == (
        f"StopAIAgentInstance was refused: {code}: Said so. (HTTP {status}, request id REQ-1)"
    )
    assert (error.code, error.status, error.request_id) == (code, status, "REQ-1")
    assert error.hint is not None
    assert hint in error.hint


def test_a_refusal_of_an_unknown_kind_has_no_hint() -> None:
    for status, kind in ((418, CloudError), (400, CloudRequestError)):
        error = error_of(refused("Strange", status=status))
        assert type(error) is kind
        assert error.hint is None


def test_an_answer_may_be_good_for_http_and_yet_refuse() -> None:
    error = error_of(fields(200, Success=False, Code="AuthCodeUsed", Message="Used."))
    assert error.message.startswith(
        "StopAIAgentInstance was refused: AuthCodeUsed: Used. (HTTP 200"
    )


@pytest.mark.parametrize(("ahead", "word"), [(-3600, "behind"), (3600, "ahead of")])
def test_a_wrong_clock_is_told_with_how_wrong_it_is(ahead: int, word: str) -> None:
    date = format_datetime(wall_time() - timedelta(seconds=ahead))
    error = error_of(refused("InvalidTimeStamp.Expired", date=date))
    assert error.exit_status == ExitStatus.CREDENTIALS_REFUSED
    assert error.hint is not None
    assert f"s {word} the server's" in error.hint


@pytest.mark.parametrize("date", [None, "yesterday", "Sat, 21 Nov 2026 04:00:00 -0000"])
def test_a_clock_that_nobody_can_compare_may_be_wrong(date: str | None) -> None:
    error = error_of(refused("InvalidTimeStamp.Expired", date=date))
    assert error.hint == "the clock of this computer may be wrong: set it, best by NTP"


def test_a_right_clock_is_not_accused() -> None:
    error = error_of(refused("SignatureDoesNotMatch", date=format_datetime(wall_time())))
    assert error.hint is not None
    assert KEY_SECRET in error.hint


def test_too_many_requests_are_sent_again_after_a_wait() -> None:
    told: list[Throttled] = []
    throttled = refused("Throttling.User", status=400)
    with cloud_stub(throttled, throttled, fields()) as stub:
        assert call(stub.url, told=told).request_id == "REQ-1"
        assert len(stub.calls) == 3
        nonces = {sent.headers["x-acs-signature-nonce"] for sent in stub.calls}
    assert [it.attempt for it in told] == [1, 2]
    assert len(nonces) == 3
    with cloud_stub(throttled, fields()) as stub:
        assert call(stub.url).request_id == "REQ-1"  # nobody has to be told


def test_waiting_is_exponential_with_full_jitter_and_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = iter([1.0, 0.5, 1.0, 0.0])
    told: list[Throttled] = []

    async def main(url: str) -> None:
        api = CloudApi(
            CloudEndpoint.of(None, url),
            KeyChain(KEYS),
            on_throttled=told.append,
            jitter=lambda: next(drawn),
        )
        await api.call(STOP_INSTANCE, STOP)

    monkeypatch.setattr(cloud_api, "_FIRST_WAIT", 0.002)
    monkeypatch.setattr(cloud_api, "_LONGEST_WAIT", 0.005)
    with cloud_stub(refused("Throttling")) as stub, pytest.raises(CloudThrottledError):
        asyncio.run(main(stub.url))
    assert [it.wait for it in told] == [0.002, 0.002, 0.005, 0.0]
    assert len(stub.calls) == ATTEMPTS


def test_values_that_cannot_be_sent_are_told_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match=r"Expire \(--expire\) must be a whole number from 0"):
        call("http://127.0.0.1:1", GENERATE_CALL, {"AIAgentId": "a", "Expire": 604801})


def test_no_key_token_or_signature_is_logged_or_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEBUG", "sdk")  # with which the library writes every header
    log = io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(log)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    runtime = {"ChannelId": "c", "AgentUserId": "u", "AuthToken": "channel t0ken"}
    quoted = " ".join([*KEYS.values(), "channel+t0ken channel%20t0ken channel t0ken"])
    told = ""
    try:
        with cloud_stub(
            refused("SignatureDoesNotMatch", quoted),
            text(quoted),
            fields(Token="call-t0ken"),
            nothing,
        ) as stub:
            for _ in range(4):
                try:
                    values = {"AIAgentId": "a", "RuntimeConfig": runtime}
                    told += repr(call(stub.url, START_INSTANCE, values))
                except AicallError as error:
                    chain = error.__cause__ or error.__context__
                    told += f"{error} {error.hint} {error!r} {chain!r}"
            signatures = [it.headers["authorization"].rpartition("=")[2] for it in stub.calls]
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    captured = capfd.readouterr()
    told += log.getvalue() + captured.out + captured.err
    assert len(set(signatures)) == 4
    for secret in [*KEYS.values(), *signatures, "channel t0ken", "channel%20t0ken", "call-t0ken"]:
        assert secret not in told
    assert "StartAIAgentInstance: HTTP 400" in log.getvalue()


def test_secrets_are_taken_out_encoded_or_not() -> None:
    secrets = [Secret("a+b/c="), Secret("a+b/c=d"), Secret("x")]
    assert without("a+b/c=d a%2Bb%2Fc%3D a%252Bb%252Fc%253D x", secrets) == "*** *** *** x"


def test_where_the_extra_is_missing_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from aicall_cli.control import cloud_credentials

    monkeypatch.setattr(cloud_credentials, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="alibabacloud-credentials, which is not") as caught:
        call("http://127.0.0.1:1")
    assert caught.value.hint == "install it: pip install 'aicall-cli[aicallkit]'"


def test_finding_keys_takes_no_longer_than_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    ended = Event()

    class Slow:
        def find(self) -> None:
            ended.wait(10)
            sys.exit()

    monkeypatch.setattr(cloud_api, "KEY_SECONDS", 0.05)
    api = CloudApi(CloudEndpoint.of(None, "http://127.0.0.1:1"), Slow())  # type: ignore[arg-type]
    with pytest.raises(CredentialError, match="no credentials were found within"):
        asyncio.run(api.call(STOP_INSTANCE, STOP))
    ended.set()
