import pytest

from aicall_cli.agent import rpc_signature
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.options import KeyPair
from aicall_cli.agent.rpc_request import RpcRequest
from aicall_cli.agent.rpc_signature import MAX_SKEW_SECONDS, SignatureCheck
from aicall_cli.secret import Secret
from tests.agent.rpc_requests import (
    FORM_BODY,
    FORM_HEADERS,
    FORM_QUERY,
    HEADERS,
    HEADERS_QUERY,
    KEY_PAIR,
    NOW,
    SIGNATURES,
    SIGNED_QUERY,
    request,
    signed_query,
)

FORM = {"content-type": "application/x-www-form-urlencoded"}


def refusal(
    wrong: RpcRequest, *, now: float = NOW, key_pair: KeyPair | None = KEY_PAIR
) -> ControlError:
    with pytest.raises(ControlError) as caught:
        SignatureCheck(key_pair).check(wrong, now)
    told = str(caught.value)
    assert 400 <= caught.value.status < 500
    assert not any(signature in told for signature in SIGNATURES)
    assert KEY_PAIR.secret.reveal() not in told
    return caught.value


@pytest.mark.parametrize(
    "good",
    [
        request(HEADERS_QUERY, HEADERS),
        request("AIAgentId=x", FORM_HEADERS, FORM_BODY),
        request(SIGNED_QUERY),
        request(FORM_QUERY, FORM, FORM_BODY),
    ],
    ids=["headers", "headers and a form", "query", "query and a form"],
)
def test_what_the_official_client_signs_is_taken_once(good: RpcRequest) -> None:
    check = SignatureCheck(KEY_PAIR)
    signed = check.check(good, NOW)
    assert (signed.action, signed.version) == ("GenerateAIAgentCall", "2020-11-09")
    if "AgentConfig" in signed.parameters:
        assert signed.parameters["AIAgentId"] == "echo ä+~*"
        assert signed.parameters["AgentConfig"] == '{"a": 1}'
    else:
        assert (signed.parameters["AIAgentId"], signed.parameters["B"]) == ("x", "c d")
    with pytest.raises(ControlError, match="SignatureNonceUsed"):
        check.check(good, NOW + 1)


@pytest.mark.parametrize(
    "wrong",
    [
        request(HEADERS_QUERY + "&Expire=604800", HEADERS),
        request(HEADERS_QUERY.replace("echo", "other"), HEADERS),
        request(HEADERS_QUERY, {**HEADERS, "x-acs-action": "StopAIAgentInstance"}),
        request(HEADERS_QUERY, {**HEADERS, "host": "other.example"}),
        request(HEADERS_QUERY, HEADERS, b"a body"),
        request("AIAgentId=x", FORM_HEADERS, b"B=c+e"),
        request(SIGNED_QUERY.replace("echo", "other")),
        request(SIGNED_QUERY + "&Expire=604800"),
        request(FORM_QUERY, FORM, b"B=c+e"),
    ],
    ids=[
        "one more parameter",
        "another value",
        "another action",
        "another host",
        "a body",
        "another form",
        "another value in the query",
        "one more parameter in the query",
        "another form beside the query",
    ],
)
def test_what_was_changed_on_its_way_is_refused(wrong: RpcRequest) -> None:
    assert refusal(wrong).code == "SignatureDoesNotMatch"


def test_another_secret_does_not_match() -> None:
    other = KeyPair("akid", Secret("another"))
    for wrong in (request(HEADERS_QUERY, HEADERS), request(SIGNED_QUERY)):
        assert refusal(wrong, key_pair=other).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize("key_pair", [None, KeyPair("other", Secret("aksecret"))], ids=str)
def test_a_foreign_key_is_not_found(key_pair: KeyPair | None) -> None:
    for wrong in (request(HEADERS_QUERY, HEADERS), request(SIGNED_QUERY)):
        refused = refusal(wrong, key_pair=key_pair)
        assert (refused.code, refused.status) == ("InvalidAccessKeyId.NotFound", 404)


@pytest.mark.parametrize("skew", [-MAX_SKEW_SECONDS - 1, MAX_SKEW_SECONDS + 1])
def test_a_clock_that_is_wrong_is_refused(skew: float) -> None:
    for wrong in (request(HEADERS_QUERY, HEADERS), request(SIGNED_QUERY)):
        assert refusal(wrong, now=NOW + skew).code == "InvalidTimeStamp.Expired"


@pytest.mark.parametrize("skew", [-MAX_SKEW_SECONDS, MAX_SKEW_SECONDS])
def test_a_clock_may_be_a_quarter_of_an_hour_off(skew: float) -> None:
    assert SignatureCheck(KEY_PAIR).check(request(SIGNED_QUERY), NOW + skew).action


@pytest.mark.parametrize(
    ("query", "headers", "code"),
    [
        ("", {}, "MissingParameter"),
        ("AccessKeyId=akid", {}, "MissingParameter"),
        (SIGNED_QUERY.replace("HMAC-SHA1", "HMAC-MD5"), {}, "IncompleteSignature"),
        (SIGNED_QUERY + "&SecurityToken=s", {}, "InvalidSecurityToken.MismatchWithAccessKey"),
        ("", {"Authorization": "Basic YTpi"}, "IncompleteSignature"),
        ("", {"Authorization": HEADERS["Authorization"]}, "IncompleteSignature"),
        (
            HEADERS_QUERY,
            {**HEADERS, "Authorization": HEADERS["Authorization"].replace("host;", "")},
            "IncompleteSignature",
        ),
        (HEADERS_QUERY, {**HEADERS, "x-acs-extra": "unsigned"}, "IncompleteSignature"),
    ],
    ids=[
        "nothing",
        "no signature",
        "another method",
        "a security token",
        "no signature of ours",
        "no signed header",
        "the host is not signed",
        "an x-acs header is not signed",
    ],
)
def test_what_is_not_signed_in_full_is_refused(
    query: str, headers: dict[str, str], code: str
) -> None:
    assert refusal(request(query, headers)).code == code


def test_nonces_are_bounded_and_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    check = SignatureCheck(KEY_PAIR)
    for number in range(3):
        check._remember(str(number), NOW + number, NOW)
    assert list(check._nonces) == ["0", "1", "2"]
    check._remember("3", NOW + 100, NOW + 2)
    assert list(check._nonces) == ["2", "3"]
    monkeypatch.setattr(rpc_signature, "MAX_NONCES", 2)
    check._remember("4", NOW + 100, NOW + 2)
    assert list(check._nonces) == ["3", "4"]


@pytest.mark.parametrize(
    "time", ["now", "2026-11-21 03:58:25", "1795233505", "2026-13-21T03:58:25Z"]
)
def test_a_time_is_written_in_one_way(time: str) -> None:
    assert refusal(request(signed_query(Timestamp=time))).code == "InvalidTimeStamp.Format"


def test_a_header_with_no_nonce_is_refused() -> None:
    stamp = rpc_signature._Stamp("2026-11-21T03:58:25Z", "")
    with pytest.raises(ControlError, match="MissingParameter"):
        SignatureCheck(KEY_PAIR)._check_stamp(stamp, NOW)
