import asyncio
import json
import logging

import pytest

from aicall_cli.control import app_server
from aicall_cli.control.app_server import AgentCallRequest, AppServer
from aicall_cli.errors import (
    AicallError,
    ConnectError,
    CredentialError,
    SubscriptionError,
    UnknownAgentError,
    UsageError,
)
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.agent_info import AgentInfo
from aicall_cli.protocol.call_config import CallConfig, ChatSyncConfig
from aicall_cli.protocol.share_token import parse_share_token
from aicall_cli.secret import Secret
from tests.protocol.test_agent_info import TOKEN
from tests.protocol.tokens import SHARE, share_text
from tests.support.http_stub import Answer, endless, http_stub, raw, reply, silent

USER_TOKEN = Secret("u-5ecret")
REQUEST = AgentCallRequest(agent_id="front desk", user_id="me")
GOOD = {
    "code": 200,
    "ai_agent_instance_id": "instance",
    "channel_id": "channel",
    "ai_agent_user_id": "agent",
    "rtc_auth_token": TOKEN.encode().reveal(),
    "request_id": "request",
}

real_time = pytest.mark.real_time


def answer(**fields: object) -> Answer:
    return reply(json.dumps(fields).encode())


def test_a_request_says_what_a_configured_call_does() -> None:
    config = CallConfig(
        agent_id="front desk",
        region="cn-beijing",
        user_id="me",
        user_data="of the app",
        template_config='{"VoiceChat": {}}',
        agent_config=AgentConfig(greeting="Hi"),
        chat_sync_config=ChatSyncConfig(session_id="s", agent_id="chat"),
    )
    assert AgentCallRequest.of(config).fields() == {
        "ai_agent_id": "front desk",
        "user_id": "me",
        "region": "cn-beijing",
        "user_data": "of the app",
        "template_config": '{"VoiceChat": {}}',
        "agent_config": '{"Greeting":"Hi"}',
        "session_id": "s",
        "chat_sync_config": '{"IMAIAgentId":"chat"}',
    }
    with pytest.raises(UsageError, match="AgentId is missing"):
        AgentCallRequest.of(CallConfig())


def test_a_request_says_what_a_share_token_does_and_hides_the_agent() -> None:
    share = parse_share_token(share_text())
    config = AgentConfig(greeting="Hi")
    request = AgentCallRequest.of_share(share, "me", config)
    assert request.fields()["ai_agent_id"] == SHARE["TemporaryAIAgentId"]
    assert request.agent_config == '{"Greeting":"Hi"}'
    assert AgentCallRequest.of_share(share, "me").agent_config is None
    assert SHARE["TemporaryAIAgentId"] not in repr(request)


async def refused(with_answer: Answer) -> AicallError:
    async with http_stub(with_answer) as stub:
        with pytest.raises(AicallError) as caught:
            await AppServer(stub.url, USER_TOKEN).start_call(REQUEST)
    assert USER_TOKEN.reveal() not in f"{caught.value.message}{caught.value.hint}"
    return caught.value


@real_time
async def test_an_agent_is_called_for_the_user(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wanted = AgentCallRequest(
        agent_id="front desk", user_id="me", agent_config='{"Greeting": "hi"}', region="cn-beijing"
    )
    async with http_stub(answer(**GOOD)) as stub:
        info = await AppServer(stub.url, USER_TOKEN).start_call(wanted)
        (request,) = stub.requests
    assert info == AgentInfo("instance", "channel", "agent", TOKEN.encode(), "request")
    assert request.path == "/v1/api/v2/aiagent/generateAIAgentCall"
    assert request.headers["authorization"] == USER_TOKEN.reveal()
    assert json.loads(request.body) == {
        "ai_agent_id": "front desk",
        "user_id": "me",
        "agent_config": '{"Greeting": "hi"}',
        "region": "cn-beijing",
    }
    assert USER_TOKEN.reveal() not in caplog.text
    assert TOKEN.encode().reveal() not in caplog.text


@real_time
async def test_a_token_is_asked_for_anew_and_no_user_token_is_sent_where_there_is_none() -> None:
    good = answer(code=200, rtc_auth_token=TOKEN.encode().reveal(), channel_id="channel")
    async with http_stub(good) as stub:
        assert await AppServer(stub.url).rtc_token("me", "channel") == TOKEN
        (request,) = stub.requests
    assert request.path.endswith("/getRtcAuthToken")
    assert "authorization" not in request.headers
    assert json.loads(request.body) == {"user_id": "me", "channel_id": "channel"}


@pytest.mark.parametrize("status", [401, 403])
@real_time
async def test_a_refused_token_is_a_refused_credential(status: int) -> None:
    error = await refused(reply(b"go away", status=status))
    assert isinstance(error, CredentialError)
    assert "refuses the token" in error.message


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AgentNotFound", UnknownAgentError),
        ("Forbidden.SubscriptionRequired", SubscriptionError),
        ("Throttling.User", ConnectError),
    ],
)
@real_time
async def test_what_the_server_refuses_is_told_in_its_words(
    code: str, kind: type[AicallError]
) -> None:
    error = await refused(answer(code=400, error_code=code, message="no\x1b[2J"))
    assert type(error) is kind
    assert code in error.message
    assert "\x1b" not in error.message


@pytest.mark.parametrize(
    "bad",
    [
        reply(b"<html>welcome</html>", kind="text/html"),
        reply(b"<html>sorry</html>", status=500, kind="text/html"),
        reply(b"[]"),
        answer(code="two hundred"),
        answer(code=500),
        reply(json.dumps(GOOD).encode(), status=500),
        endless,
        raw(b"SSH-2.0-OpenSSH\r\n"),
        raw(b""),
    ],
    ids=["page", "failure", "list", "code", "500", "500 inside", "endless", "ssh", "nothing"],
)
@real_time
async def test_what_is_no_application_server_cannot_be_connected_to(bad: Answer) -> None:
    assert isinstance(await refused(bad), ConnectError)


@real_time
async def test_a_shared_agents_id_is_not_told_where_the_server_quotes_it() -> None:
    share = parse_share_token(share_text(TemporaryAIAgentId="tmp5ecret"))
    words = answer(code=404, error_code="AgentNotFound", message="there is no tmp5ecret")
    async with http_stub(words) as stub:
        with pytest.raises(UnknownAgentError, match=r"there is no \*\*\*") as caught:
            await AppServer(stub.url).start_call(AgentCallRequest.of_share(share, "me"))
    assert "tmp5ecret" not in caught.value.message


@real_time
async def test_an_answer_without_an_agent_breaks_the_protocol() -> None:
    assert "missing" in (await refused(answer(code=200))).message


@real_time
async def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_server, "ANSWER_SECONDS", 0.1)
    error = await refused(silent)
    assert isinstance(error, ConnectError)
    assert "did not answer within 0.1 s" in error.message


@real_time
async def test_nobody_is_there() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(ConnectError, match="cannot be reached"):
        await AppServer(f"http://127.0.0.1:{port}").start_call(REQUEST)


@pytest.mark.parametrize("token", ["a\nb", "clé", "a "])
def test_a_token_that_no_header_can_carry_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(UsageError, match="no HTTP header") as caught:
        AppServer("https://example.com", Secret(token))
    assert token not in str(caught.value)
    AppServer("https://example.com", Secret("Bearer token"))


@pytest.mark.parametrize("url", ["", "example.com", "ftp://example.com", "https://", "http://[::1"])
def test_an_address_must_be_one(url: str) -> None:
    with pytest.raises(UsageError, match="no application server's address"):
        AppServer(url)
    assert AppServer("https://example.com/x").name == "example.com"
