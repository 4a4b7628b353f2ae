"""An agent that is started in a channel that was there before it (StartAIAgentInstance)."""

import json

import httpx
import pytest

from aicall_cli.engine.commands import SendText
from aicall_cli.errors import ConnectError
from tests.integration.agent_caller import TOKEN
from tests.integration.planned import entered, planned, refusal


async def test_an_agent_comes_into_a_channel_and_its_user_by_the_channels_token() -> None:
    async with planned() as (url, client):
        base = f"{url.replace('ws:', 'http:').removesuffix('/v1/call')}/api/v2/aiagent/"
        headers = {"Authorization": TOKEN.reveal()}
        async with httpx.AsyncClient(base_url=base, headers=headers) as http:
            opened = (await http.post("getRtcAuthToken", json={"user_id": "alice"})).json()
            channel = {"user_id": "desk", "channel_id": opened["channel_id"]}
            agent = (await http.post("getRtcAuthToken", json=channel)).json()
        alice = {"Token": opened["rtc_auth_token"]}
        with pytest.raises(ConnectError, match="there is no agent in the channel"):
            async with entered(alice):
                pass
        runtime = {
            "ChannelId": opened["channel_id"],
            "AgentUserId": "desk",
            "AuthToken": agent["rtc_auth_token"],
        }
        wanted = {"AIAgentId": "echo", "RuntimeConfig": json.dumps({"VoiceChat": runtime})}
        started = await client.ask("StartAIAgentInstance", wanted)
        assert await refusal(client, "StartAIAgentInstance", **wanted) == (409, "ChannelOccupied")
        async with entered(alice) as caller:
            assert caller.backend._agent_user_id == "desk"
            caller.backend.send_command(SendText("hello"))
            assert await caller.until_final_subtitle() == "hello"
            instance = {"InstanceId": started["InstanceId"]}
            described = (await client.ask("DescribeAIAgentInstance", instance))["Instance"]
            assert described["Status"] == "Executing"
            with pytest.raises(ConnectError, match="another user"):
                async with entered({"Token": agent["rtc_auth_token"]}):
                    pass
