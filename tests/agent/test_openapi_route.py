import logging
from collections.abc import Mapping

import httpx
import pytest
from starlette.routing import Route

from aicall_cli.agent.openapi_route import OPENAPI_VERSION, OpenApiRoute
from aicall_cli.agent.rpc_request import MAX_BODY
from aicall_cli.agent.rpc_signature import SignedRequest
from aicall_cli.protocol.rtc_token import parse_rtc_token
from tests.agent.planes import TestPlane, client
from tests.agent.rpc_requests import (
    HEADERS,
    HEADERS_QUERY,
    KEY_PAIR,
    NOW,
    SIGNATURES,
    SIGNED_QUERY,
    signed_query,
)


async def asked(
    plane: TestPlane,
    query: str,
    headers: Mapping[str, str],
    *,
    method: str = "POST",
    body: bytes = b"",
) -> httpx.Response:
    route = OpenApiRoute(plane, KEY_PAIR)
    async with client(Route("/", route.serve, methods=["GET", "POST"])) as http:
        return await http.request(method, f"/?{query}", headers=headers, content=body)


def at(now: float) -> TestPlane:
    plane = TestPlane()
    plane.time = now
    plane._registry = {"echo ä+~*": plane._registry["echo"]}
    return plane


@pytest.mark.parametrize("query", [HEADERS_QUERY, SIGNED_QUERY], ids=["headers", "query"])
async def test_a_signed_request_is_answered(query: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    headers = HEADERS if query is HEADERS_QUERY else {"host": HEADERS["host"]}
    plain = query.replace("%7B%22a%22%3A+1%7D", "%7B%7D")
    refused = await asked(at(NOW), plain, headers)
    assert (refused.status_code, refused.json()["Code"]) == (400, "SignatureDoesNotMatch")
    # The request's AgentConfig is {"a": 1}, which is none.
    answer = await asked(at(NOW), query, headers)
    told = answer.json()
    assert (answer.status_code, told["Code"]) == (400, "InvalidParameter")
    assert sorted(told) == ["Code", "Message", "RequestId"]
    assert not any(secret in caplog.text for secret in (*SIGNATURES, "aksecret"))


async def test_the_answer_has_what_a_caller_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    plane = at(NOW)
    route = OpenApiRoute(plane, KEY_PAIR)
    said = SignedRequest("GenerateAIAgentCall", OPENAPI_VERSION, {"AIAgentId": "echo ä+~*"})
    monkeypatch.setattr(route._check, "check", lambda request, now: said)
    async with client(Route("/", route.serve, methods=["POST"])) as http:
        told = (await http.post("/")).json()
        assert parse_rtc_token(told["Token"]).gslb == ("ws://agent.example/v1/call",)
        assert told["RequestId"]
        wrong = await http.post("/", headers={"host": "a b"})
        assert (wrong.status_code, wrong.json()["Code"]) == (400, "InvalidParameter")


async def test_what_is_no_such_request() -> None:
    long = await asked(at(NOW), "", {}, body=b"x" * (MAX_BODY + 1))
    assert (long.status_code, long.json()["Code"]) == (413, "RequestTooLarge")
    empty = await asked(at(NOW), "", {})
    assert (empty.status_code, empty.json()["Code"]) == (400, "MissingParameter")
    assert (await asked(at(NOW), SIGNED_QUERY, {}, method="GET")).status_code == 404
    late = await asked(at(NOW + 3600), SIGNED_QUERY, {})
    assert late.json()["Code"] == "InvalidTimeStamp.Expired"


async def test_a_server_without_keys_says_so_in_its_log(caplog: pytest.LogCaptureFixture) -> None:
    route = OpenApiRoute(at(NOW), None)
    async with client(Route("/", route.serve, methods=["POST"])) as http:
        refused = await http.post(f"/?{SIGNED_QUERY}")
    assert (refused.status_code, refused.json()["Code"]) == (404, "InvalidAccessKeyId.NotFound")
    assert "there is no key pair" in caplog.text


async def test_another_version_is_refused_and_ours_is_answered() -> None:
    answer = await asked(at(NOW), signed_query(), {})
    assert (answer.status_code, answer.json()["ActiveCount"]) == (200, 0)
    assert answer.json()["RequestId"]
    refused = await asked(at(NOW), signed_query(Version="2019-01-01"), {})
    assert (refused.status_code, refused.json()["Code"]) == (400, "InvalidVersion")
