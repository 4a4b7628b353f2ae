"""Calls that an application server starts for its user: by Python, and of a shared agent."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from aicall_cli import (
    AgentCallRequest,
    AgentConfig,
    AgentInfo,
    AgentType,
    AppServer,
    AppServerStarter,
    Call,
    CallConfig,
    CallOptions,
    GivenAgent,
    Secret,
    ShareToken,
    UsageError,
    UserSubtitleReceived,
    parse_share_token,
)
from aicall_cli.clock import unix_time
from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.expiry import Expiry
from tests.integration.agent_caller import TOKEN, serving
from tests.integration.command import Command, Running


async def text_heard(options: CallOptions) -> str:
    """Say hello to the agent in text; return what it says that it heard."""
    async with Call(options) as call, asyncio.timeout(10):
        told = call.events()
        call.controls.send_text("hello")
        texts = (it.event async for it in told if isinstance(it.event, UserSubtitleReceived))
        return (await anext(texts)).text


def app_server_at(url: str) -> AppServer:
    """Return the application server that a served agent's address is, too."""
    return AppServer(url.replace("ws:", "http:").removesuffix("/v1/call"), TOKEN)


@pytest.mark.parametrize(
    "spelling",
    [
        ("instanceId", "channelId", "userId", "rtcToken", "reqId"),
        ("ai_agent_instance_id", "channel_id", "ai_agent_user_id", "rtc_auth_token", "request_id"),
    ],
    ids=["web", "application_server"],
)
async def test_agent_info_of_an_application_server_is_joined(spelling: Sequence[str]) -> None:
    """What ``generateAIAgentCall`` returned is all that the call needs, in each spelling."""
    async with serving() as url:
        request = AgentCallRequest(agent_id="echo", user_id="bob")
        info = await app_server_at(url).start_call(request)
        said = info.rtc_token
        assert (said.user_id, said.channel_id, said.signaling_url) == ("bob", info.channel_id, url)
        parts = (info.instance_id, info.channel_id, info.agent_user_id, info.token.reveal(), "1")
        handed_on = AgentInfo.from_plain(dict(zip(spelling, parts, strict=True)))
        options = CallOptions(agent_id="echo", starter=GivenAgent(handed_on))
        assert await text_heard(options) == "hello"


async def test_a_call_configuration_starts_its_agent() -> None:
    config = CallConfig(agent_id="echo", user_id="bob", agent_config=AgentConfig(greeting="Hi."))
    async with serving() as url:
        direct = replace(CallOptions.of_config(config), server=url, token=TOKEN)
        assert (direct.agent_id, direct.user_id) == ("echo", "bob")
        assert await text_heard(direct) == "hello"
        starter = AppServerStarter(app_server_at(url), AgentCallRequest.of(config))
        assert await text_heard(replace(CallOptions.of_config(config), starter=starter)) == "hello"
    for kind in (AgentType.AVATAR, AgentType.VISION, AgentType.VIDEO):
        with pytest.raises(UsageError, match="picture"):
            CallOptions.of_config(CallConfig(agent_id="echo", agent_type=kind))


async def test_a_shared_agent_is_called_in_python() -> None:
    async with serving() as url:
        share = parse_share_token(shared(3600).reveal())
        request = AgentCallRequest.of_share(share, "bob")
        starter = AppServerStarter(app_server_at(url), request)
        assert await text_heard(CallOptions(agent_id="shared", starter=starter)) == "hello"


def shared(seconds: float) -> Secret:
    """Return a share token of the echo that can be used for so long."""
    expiry = Expiry(round(unix_time() + seconds))
    return ShareToken(agent_id=Secret("echo"), workflow="VoiceChat", expiry=expiry).encode()


@pytest.fixture
def app_server(aicall: Command) -> str:
    """Return the address of a server that starts agents for whoever has its token."""
    options = ("serve", "--port", "0", "--agent", "echo", "--token", TOKEN.reveal())
    running: Running = aicall.start(*options)
    address = running.line().removeprefix("serving at ws://")
    return "http://" + address.partition("/")[0]


def test_a_share_token_calls_its_agent(aicall: Command, app_server: str) -> None:
    def push(seconds: float) -> Running:
        return aicall.start(
            *("push-file", "tone:300:0.3", "--share", shared(seconds).reveal()),
            *("--app-server", app_server, "--expect-reply", "--no-record"),
            variables={"AICALL_APP_SERVER_TOKEN": TOKEN.reveal()},
        )

    good, late = push(3600), push(-60)
    assert good.finish().status == ExitStatus.OK
    assert "the share token expired" in late.finish().complaint(ExitStatus.USAGE)
