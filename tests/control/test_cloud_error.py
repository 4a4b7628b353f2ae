import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.control.cloud_answer import CloudAnswer, HttpAnswer
from aicall_cli.control.cloud_error import CloudError, refusal

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
MEMBERS = st.dictionaries(
    st.sampled_from(["Code", "Message", "RequestId", "Success", "Token", "code"]),
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
)


def refused(body: bytes, status: int = 400, **headers: str) -> CloudError | None:
    return refusal("Act", HttpAnswer(status, headers, body), NOW, lambda text: text)


@given(st.integers(200, 599), st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_a_refusal(status: int, body: bytes) -> None:
    error = refused(body, status)
    if error is None:
        fields = HttpAnswer(status, {}, body).fields
        assert fields is not None
        CloudAnswer.of(fields)
    else:
        assert error.message.isprintable()


@given(st.integers(200, 599), MEMBERS)
def test_any_members_are_an_answer_or_a_refusal(status: int, members: dict[str, object]) -> None:
    error = refused(json.dumps(members).encode(), status)
    assert (error is None) == (status < 300 and members.get("Success") is not False)
    if error is not None:
        assert error.status == status
        assert len(error.message) < 2000


def test_what_is_quoted_is_cleaned_first() -> None:
    body = json.dumps({"Code": "C hunter2", "Message": "M hunter2", "RequestId": "R hunter2"})
    for answer in (body.encode(), b"<p>hunter2"):
        error = refusal(
            "Act", HttpAnswer(400, {}, answer), NOW, lambda text: text.replace("hunter2", "***")
        )
        assert error is not None
        assert "hunter2" not in f"{error.message}{error.code}{error.request_id}"
        assert "***" in error.message


def test_codes_are_known_in_any_case_and_by_their_beginning() -> None:
    error = refused(b'{"code": "throttling.api", "message": "slow", "requestId": "r"}')
    assert type(error).__name__ == "CloudThrottledError"
    assert error is not None
    assert error.message == "Act was refused: throttling.api: slow (HTTP 400, request id r)"


def test_a_difference_of_some_seconds_is_none() -> None:
    error = refused(b'{"Code": "InvalidTimeStamp.Expired"}', date="Sat, 21 Nov 2026 08:00:59 GMT")
    assert error is not None
    assert "NTP" in str(error.hint)
    error = refused(b'{"Code": "InvalidTimeStamp.Expired"}', date="Sat, 21 Nov 2026 08:01:00 GMT")
    assert error is not None
    assert error.hint == "this computer's clock is 60 s behind the server's: set it"
