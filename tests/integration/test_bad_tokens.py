"""Tokens that are over, torn or another's: refused with one sentence, and shown nowhere."""

import time

import pytest

from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.rtc_token import make_rtc_token
from tests.integration.api_server import KEYS, ApiServer
from tests.integration.command import Command, Finished
from tests.protocol.tokens import APP_KEY, share_text
from tests.support.cloud_stub import cloud_stub, fields

TONE = ("push-file", "tone:300:0.3", "--no-record", "--wait-reply", "0")
CALL = (*TONE, "--agent-id", "echo")


def token(server: str) -> str:
    """Return a token that another's app key signed, and that leads to ``server``."""
    made = make_rtc_token(
        app_id="app-1",
        app_key=APP_KEY,
        channel_id="room_1",
        user_id="me",
        lifetime=3600,
        now=time.time(),  # noqa: TID251 - a server, in another process, goes by it
        gslb=(server,),
    )
    return made.encode().reveal()


RTC_TOKENS = {
    "of another app": (ExitStatus.CREDENTIALS_REFUSED, "refused the token (HTTP 401)"),
    "truncated": (ExitStatus.CANNOT_CONNECT, "RTC token: not valid JSON"),
    "no token": (ExitStatus.CANNOT_CONNECT, "RTC token: not base64"),
    "of the vendor's network": (ExitStatus.CANNOT_CONNECT, "on the vendor's own network"),
    "to nobody": (ExitStatus.CANNOT_CONNECT, "cannot reach ws://127.0.0.1:9/v1/call"),
}


def rtc_token(kind: str, api: ApiServer) -> str:
    match kind:
        case "of another app":
            return token(api.signaling)
        case "truncated":
            return token(api.signaling)[:100]
        case "of the vendor's network":
            return token("https://gslb.example")
        case "to nobody":
            return token("ws://127.0.0.1:9/v1/call")
    return "not!base64"


@pytest.mark.parametrize("kind", RTC_TOKENS)
def test_an_rtc_token_that_lets_nobody_in(aicall: Command, api: ApiServer, kind: str) -> None:
    text = rtc_token(kind, api)
    done = _called_with(aicall, text)
    status, said = RTC_TOKENS[kind]
    assert said in _sentence(done, status)
    assert text not in done.out + done.err
    assert aicall.recorded_nothing


def test_an_rtc_token_lets_its_user_in_until_it_expires(aicall: Command, api: ApiServer) -> None:
    generate = ("cloud", "generate", "echo", "--endpoint", api.endpoint, "--json")
    good: str = aicall.run(*generate, variables=KEYS).summary["Token"]
    expired: str = aicall.run(*generate, "--expire", "1", variables=KEYS).summary["Token"]
    assert _called_with(aicall, good).status == ExitStatus.OK
    done = _called_with(aicall, expired)  # a second of a call later, at least
    assert "refused the token (HTTP 401)" in _sentence(done, ExitStatus.CREDENTIALS_REFUSED)
    assert "until it expires" in done.err
    assert expired not in done.err


def test_a_token_of_one_server_is_none_of_another(aicall: Command, api: ApiServer) -> None:
    other = ApiServer(aicall, "--agent", "echo")
    started = aicall.run(
        *("cloud", "generate", "echo", "--endpoint", other.endpoint, "--json"), variables=KEYS
    )
    foreign: str = started.summary["Token"]
    for text in (foreign, foreign[:60]):
        done = aicall.run(*CALL, "--server", api.signaling, variables={"AICALL_TOKEN": text})
        assert "refused the token" in _sentence(done, ExitStatus.CREDENTIALS_REFUSED)
        assert text not in done.err


SHARE_TOKENS = {
    "expired": (
        share_text(ExpireTime="2020-01-01 00:00:00"),
        "the share token expired at 2020-01-01 00:00:00 UTC",
    ),
    "truncated": (share_text()[:80], "share token: not valid JSON"),
    "no token": ("!!", "share token: not base64"),
    "of another account": (
        share_text(ExpireTime="2090-01-01 00:00:00", TemporaryAIAgentId="tmp5ecret"),
        "AgentNotFound: There is no agent ***.",
    ),
}


@pytest.mark.parametrize("kind", SHARE_TOKENS)
def test_a_share_token_that_calls_nobody_is_2(aicall: Command, api: ApiServer, kind: str) -> None:
    text, said = SHARE_TOKENS[kind]
    done = aicall.run(*TONE, "--share", text, "--app-server", api.endpoint, variables=KEYS)
    assert said in _sentence(done, ExitStatus.USAGE)
    assert text not in done.err
    assert "tmp5ecret" not in done.out + done.err
    assert aicall.recorded_nothing


def _called_with(aicall: Command, text: str) -> Finished:
    """Call an agent that an application server started, and that ``text`` is the token of."""
    answer = fields(
        code=200,
        ai_agent_instance_id="i",
        channel_id="room_1",
        ai_agent_user_id="agent",
        rtc_auth_token=text,
    )
    with cloud_stub(answer) as stub:
        return aicall.run(*CALL, "--app-server", stub.url, variables=KEYS)


def _sentence(done: Finished, status: int) -> str:
    """Return the one sentence, which a next step follows."""
    sentence, next_step = done.complaint(status).splitlines()
    assert next_step
    return sentence
