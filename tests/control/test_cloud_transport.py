import socket
from typing import Any

import pytest

from aicall_cli.control.cloud_answer import revealed
from aicall_cli.control.cloud_call_operations import GENERATE_CALL
from aicall_cli.control.cloud_credentials import KEY_ID, KEY_SECRET, SECURITY_TOKEN
from aicall_cli.errors import ConnectError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.secret import Secret
from tests.control.cloud_calls import KEYS, call, error_of
from tests.support.cloud_stub import (
    Answer,
    CloudCall,
    cloud_stub,
    endless,
    fields,
    nothing,
    redirect,
    silent,
    slow,
    text,
    trickling,
)


def official_signature(sent: CloudCall, secret: str) -> str:
    """Return what the official library signs for a request as it arrived."""
    from alibabacloud_tea_openapi.utils import Utils
    from darabonba.request import DaraRequest

    authorization = sent.headers["authorization"]
    signed = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    request = DaraRequest()
    request.method, request.pathname, request.query = "POST", "/", sent.query
    request.headers = {name: sent.headers[name] for name in signed}
    return str(
        Utils.get_authorization(
            request,
            "ACS3-HMAC-SHA256",
            sent.headers["x-acs-content-sha256"],
            KEYS[KEY_ID],
            secret,
        )
    )


def test_a_call_is_signed_as_the_official_library_signs() -> None:
    values = {
        "AIAgentId": "agent 1/ü",
        "Expire": 60,
        "AgentConfig": {"Greeting": "Grüß dich, 你好 & ~*'()"},
        "UserId": "alice",
    }
    with cloud_stub(fields(InstanceId="i-1", Token="t0ken", ChannelId="c")) as stub:
        answer = call(stub.url, GENERATE_CALL, values)
        [sent] = stub.calls
    assert answer.request_id == "REQ-1"
    assert answer.fields == {"InstanceId": "i-1", "Token": Secret("t0ken"), "ChannelId": "c"}
    assert revealed(dict(answer.fields)) == {
        "InstanceId": "i-1",
        "Token": "t0ken",
        "ChannelId": "c",
    }
    assert sent.query == {
        "AIAgentId": "agent 1/ü",
        "Expire": "60",
        "AgentConfig": '{"Greeting":"Grüß dich, 你好 & ~*\'()"}',
        "UserId": "alice",
    }
    assert sent.headers["x-acs-action"] == "GenerateAIAgentCall"
    assert sent.headers["x-acs-version"] == "2020-11-09"
    assert sent.headers["x-acs-security-token"] == KEYS[SECURITY_TOKEN]
    assert sent.headers["authorization"] == official_signature(sent, KEYS[KEY_SECRET])
    assert sent.headers["authorization"] != official_signature(sent, "another")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            text("<html>\x1b[31mhello</html>", kind="text/html; charset=utf-8"),
            "HTTP 200 with text/html: <html>\\x1b[31mhello</html>",
        ),
        (text("oops", status=500, kind="text/plain"), "HTTP 500 with text/plain: oops"),
        (text("", status=502, kind=""), "HTTP 502 with no content type"),
        (text("[1]"), "HTTP 200 with application/json: [1]"),
        (text("[" * 100_000), "HTTP 200 with application/json: [["),
        (redirect("http://127.0.0.1:1/"), "HTTP 302 with no content type"),
    ],
)
def test_what_is_no_answer_of_the_api_is_told(answer: Answer, said: str) -> None:
    error = error_of(answer)
    assert error.exit_status == ExitStatus.CANNOT_CONNECT
    assert f"StopAIAgentInstance got no answer of the API but {said}" in error.message
    assert error.hint == "see whether --endpoint is right, or what stands between"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (nothing, "closed the connection without an answer"),
        (silent, "did not answer within 0.3 s"),
        (trickling, "did not answer within 0.6 s"),
        (slow, "did not answer within 0.3 s"),
        (endless, "sends more than"),
    ],
)
def test_no_answer_in_time_is_a_connect_error(answer: Answer, said: str) -> None:
    error = error_of(answer, timeout=0.3)
    assert isinstance(error, ConnectError)
    assert said in error.message
    assert error.hint is not None


def test_nobody_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(ConnectError, match=f"nothing answers at 127.0.0.1:{port}"):
            call(f"http://127.0.0.1:{port}")


def test_tls_where_there_is_none_is_told() -> None:
    with (
        cloud_stub(fields()) as stub,
        pytest.raises(ConnectError, match="does not speak TLS") as caught,
    ):
        call(stub.url.replace("http:", "https:"))
    assert caught.value.hint is not None
    assert "http" in caught.value.hint


def test_an_unknown_region_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def resolve(host: object, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(ConnectError, match=r"shangai.aliyuncs\.com has no address") as caught:
        call("", region="cn-shangai")
    assert asked == ["ice.cn-shangai.aliyuncs.com"]
    assert caught.value.hint == ("there may be no region cn-shangai; did you mean cn-shanghai?")


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with cloud_stub(fields()) as stub:
        assert call(stub.url).request_id == "REQ-1"


def test_a_proxy_is_asked_for_others_but_the_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def resolved(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "api.example":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with cloud_stub(fields()) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        assert call("http://api.example").request_id == "REQ-1"
        assert proxy.calls[0].target.startswith("http://api.example/?")
        monkeypatch.setenv("NO_PROXY", "api.example")
        monkeypatch.setenv("no_proxy", "api.example")
        with pytest.raises(ConnectError, match="has no address"):
            call("http://api.example")
