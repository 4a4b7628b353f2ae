import pytest

from aicall_cli.agent.app_server_routes import APP_SERVER_PATH, AppServerRoutes
from aicall_cli.agent.rpc_request import MAX_BODY
from aicall_cli.protocol.rtc_token import parse_rtc_token
from aicall_cli.secret import Secret
from tests.agent.planes import TestPlane, client

TOKEN = Secret("töken")
GOOD = {"ai_agent_id": "echo", "user_id": "u1"}


async def test_a_call_is_made_described_and_its_token_renewed() -> None:
    plane = TestPlane()
    async with client(*AppServerRoutes(plane, None).routes()) as http:
        wanted = {**GOOD, "agent_config": '{"Volume": 50}', "expire": 10, "user_data": "d"}
        made = (await http.post(f"{APP_SERVER_PATH}generateAIAgentCall", json=wanted)).json()
        assert (made["code"], made["message"]) == (200, "success")
        token = parse_rtc_token(made["rtc_auth_token"])
        assert (token.channel_id, token.user_id) == (made["channel_id"], "u1")
        assert token.gslb == ("ws://agent.example/v1/call",)
        assert token.expiry.left(plane.time) == 10
        channel = {"user_id": "u1", "channel_id": made["channel_id"]}
        plane.time += 5
        renewed = (await http.post(f"{APP_SERVER_PATH}getRtcAuthToken", json=channel)).json()
        assert renewed["timestamp"] == token.expiry.seconds + 5
        asked = {"user_id": "u1", "ai_agent_instance_id": made["ai_agent_instance_id"]}
        path = f"{APP_SERVER_PATH}describeAIAgentInstance"
        told = (await http.post(path, json=asked)).json()
        assert told["status"] == "Executing"
        assert (told["agent_config"], told["user_data"]) == ('{"Volume":50}', "d")
        refused = await http.post(path, json={**asked, "user_id": "u2"})
        assert (refused.status_code, refused.json()["error_code"]) == (404, "InstanceNotFound")
        for wrong in ({**channel, "user_id": "u2"}, {**channel, "channel_id": "x"}):
            refused = await http.post(f"{APP_SERVER_PATH}getRtcAuthToken", json=wrong)
            assert refused.json()["error_code"] == "ChannelNotFound"
        plane.instances.finish(plane.instances.listed(plane.time)[0], plane.time)
        refused = await http.post(f"{APP_SERVER_PATH}getRtcAuthToken", json=channel)
        assert refused.json()["error_code"] == "ChannelNotFound"


@pytest.mark.parametrize("scheme", ["", "Bearer ", "bearer  "], ids=repr)
async def test_its_token_lets_in_and_no_other(scheme: str) -> None:
    async with client(*AppServerRoutes(TestPlane(), TOKEN).routes()) as http:

        async def status(token: str) -> int:
            headers = {b"Authorization": (scheme + token).encode()}
            path = f"{APP_SERVER_PATH}generateAIAgentCall"
            return (await http.post(path, json=GOOD, headers=headers)).status_code

        assert await status(TOKEN.reveal()) == 200
        for wrong in ("", "token", "töken2", "t\xf6"):
            assert await status(wrong) == 403


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{}", "application/json", 400, "MissingParameter"),
        (b"", "application/json", 400, "InvalidParameter"),
        (b"[]", "application/json; charset=utf-8", 400, "InvalidParameter"),
        (b'{"ai_agent_id": ["echo"]}', "application/json", 400, "InvalidParameter"),
        (
            b'{"ai_agent_id": "echo", "user_id": "u", "expire": "soon"}',
            "application/json",
            400,
            "InvalidParameter",
        ),
        (b'{"ai_agent_id": "nobody", "user_id": "u"}', "application/json", 404, "AgentNotFound"),
        (b"x" * (MAX_BODY + 1), "application/json", 413, "RequestTooLarge"),
        (b"{}", "text/plain", 415, "InvalidParameter"),
    ],
    ids=[
        "nothing said",
        "nothing",
        "no object",
        "no text",
        "no number",
        "no agent",
        "too long",
        "what any page can send",
    ],
)
async def test_what_is_refused(body: bytes, kind: str, status: int, code: str) -> None:
    async with client(*AppServerRoutes(TestPlane(), None).routes()) as http:
        answer = await http.post(
            f"{APP_SERVER_PATH}generateAIAgentCall", content=body, headers={"content-type": kind}
        )
        told = answer.json()
        assert sorted(told) == ["code", "error_code", "message", "request_id"]
        assert (answer.status_code, told["code"], told["error_code"]) == (status, status, code)


async def test_a_channel_is_opened_and_entered_before_there_is_an_agent() -> None:
    plane = TestPlane()
    path = f"{APP_SERVER_PATH}getRtcAuthToken"
    async with client(*AppServerRoutes(plane, None).routes()) as http:
        opened = (await http.post(path, json={"user_id": "alice"})).json()
        channel_id = opened["channel_id"]
        joined = (await http.post(path, json={"user_id": "desk", "channel_id": channel_id})).json()
        for told, user_id in ((opened, "alice"), (joined, "desk")):
            token = plane.read_token(told["rtc_auth_token"])
            assert token is not None
            assert (token.channel_id, token.user_id) == (channel_id, user_id)
            assert told["timestamp"] == token.expiry.seconds
        refused = await http.post(path, json={"user_id": "a b"})
        assert refused.json()["error_code"] == "InvalidParameter"
