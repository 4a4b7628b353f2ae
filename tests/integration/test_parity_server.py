"""Calls that an application server starts for its user: by Python, and of a shared agent."""

import pytest

from aicall_cli import (
    AgentCallRequest,
    AppServer,
    AppServerStarter,
    Call,
    CallOptions,
    UserSubtitleReceived,
)
from aicall_cli.clock import unix_time
from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.expiry import Expiry
from aicall_cli.protocol.share_token import ShareToken
from aicall_cli.secret import Secret
from tests.integration.agent_caller import TOKEN, serving
from tests.integration.command import Command, Running


async def test_agent_info_of_an_application_server_is_joined() -> None:
    """What ``generateAIAgentCall`` returns is all that the call needs."""
    async with serving() as url:
        server = AppServer(url.replace("ws:", "http:").removesuffix("/v1/call"), TOKEN)
        request = AgentCallRequest(agent_id="echo", user_id="bob")
        info = await server.start_call(request)
        assert all((info.instance_id, info.channel_id, info.agent_user_id, info.request_id))
        said = info.rtc_token
        assert (said.user_id, said.channel_id, said.signaling_url) == ("bob", info.channel_id, url)
        starter = AppServerStarter(server, request)
        async with Call(CallOptions(agent_id="echo", starter=starter)) as call:
            told = call.events()
            call.controls.send_text("hello")
            texts = (it.event async for it in told if isinstance(it.event, UserSubtitleReceived))
            assert (await anext(texts)).text == "hello"


@pytest.fixture
def app_server(aicall: Command) -> str:
    """Return the address of a server that starts agents for whoever has its token."""
    options = ("serve", "--port", "0", "--agent", "echo", "--token", TOKEN.reveal())
    running: Running = aicall.start(*options)
    address = running.line().removeprefix("serving at ws://")
    return "http://" + address.partition("/")[0]


def test_a_share_token_calls_its_agent(aicall: Command, app_server: str) -> None:
    def push(seconds: float) -> Running:
        shared = ShareToken(
            agent_id=Secret("echo"),
            workflow="VoiceChat",
            expiry=Expiry(round(unix_time() + seconds)),
        )
        return aicall.start(
            *("push-file", "tone:300:0.3", "--share", shared.encode().reveal()),
            *("--app-server", app_server, "--expect-reply", "--no-record"),
            variables={"AICALL_APP_SERVER_TOKEN": TOKEN.reveal()},
        )

    good, late = push(3600), push(-60)
    assert good.finish().status == ExitStatus.OK
    assert "the share token expired" in late.finish().complaint(ExitStatus.USAGE)
