"""A shared agent, called by the command: an application server starts it."""

from aicall_cli import Secret, ShareToken
from aicall_cli.clock import unix_time
from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.expiry import Expiry
from tests.integration.command import Command, Running
from tests.integration.conftest import Server


def test_a_share_token_calls_its_agent(aicall: Command, server: Server) -> None:
    def push(seconds: float) -> Running:
        expiry = Expiry(round(unix_time() + seconds))
        token = ShareToken(agent_id=Secret("echo"), workflow="VoiceChat", expiry=expiry).encode()
        return aicall.start(
            *("push-file", "tone:300:0.3", "--share", token.reveal(), "--expect-reply"),
            *("--app-server", app_server, "--no-record"),
            variables={"AICALL_APP_SERVER_TOKEN": server.token},
        )

    app_server = server.url.replace("ws:", "http:").removesuffix("/v1/call")
    good, late = push(3600), push(-60)
    assert good.finish().status == ExitStatus.OK
    assert "the share token expired" in late.finish().complaint(ExitStatus.USAGE)
