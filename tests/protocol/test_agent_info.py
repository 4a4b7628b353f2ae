from dataclasses import replace

import pytest

from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.agent_info import AgentInfo, parse_agent_info
from aicall_cli.protocol.json_object import JsonObject
from tests.protocol.tokens import made

TOKEN = replace(made(), gslb=("ws://127.0.0.1:1/v1/call",))


@pytest.mark.parametrize(
    "names",
    [
        ("instanceId", "channelId", "userId", "rtcToken", "reqId"),
        (
            "ai_agent_instance_id",
            "channel_id",
            "ai_agent_user_id",
            "rtc_auth_token",
            "request_id",
        ),
        ("InstanceId", "ChannelId", "AIAgentUserId", "Token", "RequestId"),
    ],
)
def test_each_spelling_is_read(names: tuple[str, ...]) -> None:
    values = ("instance", "channel", "agent", TOKEN.encode().reveal(), "request")
    info = parse_agent_info(JsonObject(dict(zip(names, values, strict=True)), "answer"))
    assert info == AgentInfo("instance", "channel", "agent", TOKEN.encode(), "request")
    assert AgentInfo.from_plain(dict(zip(names, values, strict=True))) == info
    assert info.rtc_token == TOKEN
    assert info.rtc_token.signaling_url == "ws://127.0.0.1:1/v1/call"


def test_the_request_id_may_be_missing_and_a_token_may_be_none() -> None:
    fields = {"InstanceId": "i", "ChannelId": "c", "AIAgentUserId": "a", "Token": "rubbish"}
    info = parse_agent_info(JsonObject(fields, "answer"))
    assert info.request_id == ""
    with pytest.raises(RemoteProtocolError, match="agent info: "):
        _ = info.rtc_token


@pytest.mark.parametrize("gslb", [(), ("https://gslb.example",)])
def test_the_vendors_network_is_not_joined_by_our_signaling(gslb: tuple[str, ...]) -> None:
    token = replace(TOKEN, gslb=gslb).encode()
    assert AgentInfo("i", "c", "a", token, "").rtc_token.signaling_url is None


@pytest.mark.parametrize("fields", [{}, {"InstanceId": "i"}, {"instance_id": "i"}])
def test_what_is_no_agent_info_is_an_error(fields: dict[str, str]) -> None:
    with pytest.raises(RemoteProtocolError, match="missing"):
        parse_agent_info(JsonObject(fields, "answer"))
