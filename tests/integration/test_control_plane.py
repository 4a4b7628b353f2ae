"""A server's control plane, asked by the official client; its calls go over real media."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import numpy as np
import pytest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

from aicall_cli import clock
from aicall_cli.agent import http_body
from aicall_cli.agent.control_plane import EXPIRED, LEFT
from aicall_cli.agent.operations import NOT_OURS
from aicall_cli.agent.options import KeyPair
from aicall_cli.client.agent_starter import AppServerStarter
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.clock import wall_time
from aicall_cli.control.app_server import AgentCallRequest, AppServer
from aicall_cli.engine.commands import RequestRtcToken, SendText
from aicall_cli.engine.enums import AgentState, ByeReason, InterruptedReason
from aicall_cli.engine.error_code import ErrorCode
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    ByeReceived,
    CustomMessageReceived,
    PushToTalkChanged,
    RtcTokenReceived,
    SpeakingInterrupted,
)
from aicall_cli.errors import ConnectError, CredentialError, SubscriptionError
from aicall_cli.protocol.rtc_token import parse_rtc_token
from aicall_cli.secret import Secret
from tests.integration.agent_caller import TOKEN, Caller, calling, serving
from tests.integration.openapi_client import OpenApi
from tests.integration.planned import KEY_PAIR, entered, planned, refusal

LISTENING = AgentStateChanged(AgentState.LISTENING)
SPEAKING = AgentStateChanged(AgentState.SPEAKING)


def agent_text(caller: Caller) -> str:
    return "".join(e.text for e in caller.events if isinstance(e, AgentSubtitleReceived))


async def test_a_call_from_credentials_to_a_talking_agent_and_its_end() -> None:
    async with planned(agents=("assistant",)) as (url, client):
        generated = await client.ask(
            "GenerateAIAgentCall",
            {
                "AIAgentId": "assistant",
                "SessionId": "s1",
                "UserData": "u",
                "AgentConfig": '{"Greeting": "Welcome."}',
            },
        )
        token = parse_rtc_token(generated["Token"])
        assert (token.channel_id, token.user_id) == (generated["ChannelId"], generated["UserId"])
        assert token.gslb == (url,)
        instance = {"InstanceId": generated["InstanceId"]}
        async with entered(generated) as caller:
            assert caller.backend._agent_user_id == generated["AIAgentUserId"]
            await caller.until(LISTENING, times=2)
            await client.ask("SendAIAgentSpeech", {**instance, "Text": "The doors close now."})
            await caller.until(SPEAKING, times=2)
            await caller.until(LISTENING, times=3)
            assert agent_text(caller) == "Welcome.The doors close now."
            assert np.abs(caller.agent_audio).max() > 1000

            speech = "Three times one hundred is three hundred, and this goes on for long."
            await client.ask("SendAIAgentSpeech", {**instance, "Text": speech})
            await caller.until(SPEAKING, times=3)
            await client.ask("SendAIAgentSpeech", {**instance, "Text": "Stop that."})
            await caller.until(SpeakingInterrupted(InterruptedReason.BY_SPEECH_BROADCAST))
            await caller.until(LISTENING, times=5)

            message = '{"seat": [1, "ä"]}'
            await client.ask("SendAIAgentDataChannelMessage", {**instance, "Message": message})
            await caller.until(CustomMessageReceived({"seat": [1, "ä"]}))
            await client.ask("SendAIAgentText", {**instance, "Text": "two plus two"})
            assert await caller.until_final_subtitle() == "two plus two"
            await caller.until(LISTENING, times=6)

            assert (await client.ask("GetAIAgentConcurrency", {}))["ActiveCount"] == 1
            described = (await client.ask("DescribeAIAgentInstance", instance))["Instance"]
            assert (described["Status"], described["SessionId"]) == ("Executing", "s1")
            watch = asyncio.create_task(caller.backend.watch())
            await client.ask("StopAIAgentInstance", instance)
            await caller.until(AgentWillLeave(0, LEFT))
            await watch
        described = (await client.ask("DescribeAIAgentInstance", instance))["Instance"]
        assert described["Status"] == "Finished"
        assert described["CallInfo"]["CallDuration"] >= 0
        listed = await client.ask("ListAIAgentInstance", {"AIAgentId": "assistant"})
        assert [each["InstanceId"] for each in listed["Instances"]] == [instance["InstanceId"]]
        times = {"SessionId": "s1", "StartTime": 0, "EndTime": 253_402_300_799_000}
        dialogues = (await client.ask("ListAIAgentDialogues", times))["Dialogues"]
        assert [(each["Producer"], each["Type"]) for each in dialogues[:2]] == [
            ("agent", "greeting"),
            ("agent", "speech"),
        ]
        assert ("user", "two plus two") in [(each["Producer"], each["Text"]) for each in dialogues]
        with pytest.raises(ConnectError, match="the instance is over"):
            async with entered(generated):
                pass


async def test_both_ways_of_signing_and_the_agents_configuration() -> None:
    async with planned() as (url, client):
        query_client = OpenApi(url, KEY_PAIR, "v2")
        config = '{"EnablePushToTalk": true, "AsrConfig": {"AsrMaxSilence": 800}}'
        wanted = {"AIAgentId": "echo", "UserId": "ann_1", "AgentConfig": config}
        for asked in (client, query_client):
            generated = await asked.ask("GenerateAIAgentCall", wanted)
            instance = {"InstanceId": generated["InstanceId"]}
            assert generated["UserId"] == "ann_1"
            async with entered(generated, "echo") as caller:
                await caller.until(PushToTalkChanged(True))
                change = {**instance, "AgentConfig": '{"EnablePushToTalk": false}'}
                await asked.ask("UpdateAIAgentInstance", change)
                await caller.until(PushToTalkChanged(False))
                described = (await asked.ask("DescribeAIAgentInstance", instance))["Instance"]
                assert described["AgentConfig"] == {
                    "EnablePushToTalk": False,
                    "AsrConfig": {"AsrMaxSilence": 800},
                }


async def test_requests_that_are_refused() -> None:
    async with planned() as (url, client):
        foreign = OpenApi(url, KeyPair("another", KEY_PAIR.secret))
        forged = OpenApi(url, KeyPair(KEY_PAIR.key_id, Secret("wrong")))
        for signing in (None, "v2"):
            forged_query = OpenApi(url, KeyPair(KEY_PAIR.key_id, Secret("wrong")), signing)
            assert await refusal(forged_query, "GetAIAgentConcurrency") == (
                400,
                "SignatureDoesNotMatch",
            )
        assert await refusal(foreign, "GetAIAgentConcurrency") == (
            404,
            "InvalidAccessKeyId.NotFound",
        )
        assert await refusal(forged, "NoSuchThing") == (400, "SignatureDoesNotMatch")
        assert await refusal(client, "NoSuchThing") == (404, "InvalidAction.NotFound")
        for action in NOT_OURS:
            assert await refusal(client, action) == (400, "UnsupportedOperation")
        assert await refusal(client, "StopAIAgentInstance") == (400, "MissingParameter")
        unknown = {"InstanceId": "none"}
        assert await refusal(client, "StopAIAgentInstance", **unknown) == (404, "InstanceNotFound")
        agent = {"AIAgentId": "nobody"}
        assert await refusal(client, "GenerateAIAgentCall", **agent) == (404, "AgentNotFound")
        loud = {"AIAgentId": "echo", "AgentConfig": '{"Volume": 401}'}
        assert await refusal(client, "GenerateAIAgentCall", **loud) == (400, "InvalidParameter")
        with pytest.raises(AlibabaCloudException, match="version"):
            await client.ask("GetAIAgentConcurrency", {}, version="2019-01-01")
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        instance = {"InstanceId": generated["InstanceId"], "Text": "hello"}
        assert await refusal(client, "SendAIAgentSpeech", **instance) == (
            400,
            "InstanceNotConnected",
        )
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            assert await refusal(client, "SendAIAgentSpeech", **instance) == (
                400,
                "UnsupportedOperation",
            )


@pytest.mark.parametrize("minutes", [-16, 16])
async def test_a_wrong_clock_is_refused(minutes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    off = timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "wall_time", lambda: wall_time() + off)
    async with planned() as (_, client):
        assert await refusal(client, "GetAIAgentConcurrency") == (400, "InvalidTimeStamp.Expired")


async def test_the_application_servers_routes() -> None:
    async with serving() as url:
        base = f"{url.replace('ws:', 'http:').removesuffix('/v1/call')}/api/v2/aiagent/"
        headers = {"Authorization": TOKEN.reveal()}
        async with httpx.AsyncClient(base_url=base, headers=headers) as http:
            answer = await http.post(
                "generateAIAgentCall", json={"ai_agent_id": "echo", "user_id": "bob"}
            )
            told = answer.json()
            assert (answer.status_code, told["code"]) == (200, 200)
            token = told["rtc_auth_token"]
            assert parse_rtc_token(token).gslb == (url,)
            channel = {"user_id": "bob", "channel_id": told["channel_id"]}
            renewed = (await http.post("getRtcAuthToken", json=channel)).json()
            assert parse_rtc_token(renewed["rtc_auth_token"]).expiry.seconds == renewed["timestamp"]
            async with calling(url, "", token=Secret(token), user_id="bob") as caller:
                caller.backend.send_command(SendText("hello"))
                assert await caller.until_final_subtitle() == "hello"
                asked = {"user_id": "bob", "ai_agent_instance_id": told["ai_agent_instance_id"]}
                described = (await http.post("describeAIAgentInstance", json=asked)).json()
                assert (described["status"], described["agent_config"]) == ("Executing", "{}")

            for body, status, code in (
                ({"ai_agent_id": "nobody", "user_id": "bob"}, 404, "AgentNotFound"),
                ({"ai_agent_id": "echo"}, 400, "MissingParameter"),
                ({"ai_agent_id": 1, "user_id": "bob"}, 400, "InvalidParameter"),
                ({"ai_agent_id": "echo", "user_id": "b b"}, 400, "InvalidParameter"),
                (["echo"], 400, "InvalidParameter"),
            ):
                answer = await http.post("generateAIAgentCall", json=body)
                assert answer.status_code == status
                told = answer.json()
                assert (told["code"], told["error_code"]) == (status, code)
                assert told["message"]
                assert told["request_id"]
            plain = await http.post("generateAIAgentCall", content=b"{}")
            assert plain.status_code == 415
            for wrong in ("", "wrong", "Bearer wrong"):
                refused = await http.post(
                    "generateAIAgentCall", json={}, headers={"Authorization": wrong}
                )
                assert (refused.status_code, refused.json()["error_code"]) == (403, "InvalidToken")


async def test_a_body_that_is_too_long_or_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    async with planned() as (url, client):
        base = url.replace("ws:", "http:").removesuffix("/v1/call")
        async with httpx.AsyncClient(base_url=base) as http:
            answer = await http.post("/", content=b"x" * 70_000)
            assert (answer.status_code, answer.json()["Code"]) == (413, "RequestTooLarge")
            monkeypatch.setattr(http_body, "BODY_SECONDS", 0.2)

            async def slowly() -> AsyncIterator[bytes]:
                yield b"x"
                await asyncio.sleep(1)
                yield b"x"

            answer = await http.post("/", content=slowly())
            assert (answer.status_code, answer.json()["Code"]) == (408, "RequestTimeout")
        assert (await client.ask("GetAIAgentConcurrency", {}))["ActiveCount"] == 0


async def test_tokens_that_do_not_let_in() -> None:
    async with planned() as (url, client), planned() as (other_url, _):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        user_id, token = generated["UserId"], Secret(generated["Token"])
        with pytest.raises(CredentialError):
            async with calling(other_url, "", token=token, user_id=user_id):
                pass
        with pytest.raises(ConnectError, match="another user"):
            async with calling(url, "", token=token, user_id="mallory"):
                pass
        with pytest.raises(ConnectError, match="another agent"):
            async with calling(url, "assistant", token=token, user_id=user_id):
                pass
        old = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo", "Expire": 1})
        await asyncio.sleep(1.1)
        with pytest.raises(CredentialError):
            async with entered(old):
                pass


async def test_a_token_is_renewed_in_a_call_or_the_call_ends() -> None:
    async with planned() as (_, client):
        wanted = {"AIAgentId": "echo", "Expire": 3}
        generated = await client.ask("GenerateAIAgentCall", wanted)
        first = parse_rtc_token(generated["Token"])
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            await asyncio.sleep(1.05)
            caller.backend.send_command(RequestRtcToken(generated["UserId"]))
            await caller.until_any(RtcTokenReceived)
            (renewed,) = (e.token for e in caller.events if isinstance(e, RtcTokenReceived))
            assert parse_rtc_token(renewed.reveal()).expiry.seconds > first.expiry.seconds
            async with asyncio.timeout(5):
                await caller.backend.watch()
            assert ByeReceived(ByeReason.CHANNEL_TERMINATED, EXPIRED) in caller.events
        ended = await client.ask("DescribeAIAgentInstance", {"InstanceId": generated["InstanceId"]})
        assert ended["Instance"]["Status"] == "Finished"


async def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with planned() as (url, client):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            caller.backend.send_command(RequestRtcToken(generated["UserId"]))
            await asyncio.sleep(0.2)
        await refusal(OpenApi(url, KeyPair("aicall-key", Secret("wrong"))), "GetAIAgentConcurrency")
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("aicall_cli")
    )
    assert "GenerateAIAgentCall is asked for" in ours
    every = "\n".join(record.getMessage() for record in caplog.records)
    for secret in (KEY_PAIR.secret.reveal(), generated["Token"], TOKEN.reveal()):
        assert secret not in ours
        assert secret not in every
    assert not re.search(r"Signature=[0-9a-f]{8}", ours)


async def test_the_older_form_of_a_configuration_configures_the_agent() -> None:
    template = '{"VoiceChat": {"EnablePushToTalk": true, "UserOnlineTimeout": 50, "CharBreak": 1}}'
    async with planned() as (_, client):
        wanted = {"AIAgentId": "echo", "TemplateConfig": template}
        generated = await client.ask("GenerateAIAgentCall", wanted)
        async with entered(generated) as caller:
            await caller.until(PushToTalkChanged(True))
        for workflow in ("AvatarChat3D", "VisionChat"):
            wanted["TemplateConfig"] = f'{{"{workflow}": {{}}}}'
            assert await refusal(client, "GenerateAIAgentCall", **wanted) == (
                403,
                "Forbidden.SubscriptionRequired",
            )


async def test_a_call_that_needs_a_subscription_ends_with_the_vendors_number() -> None:
    async with serving() as url:
        server = AppServer(url.replace("ws:", "http:").removesuffix("/v1/call"), TOKEN)
        avatar = '{"AvatarConfig": {"AvatarId": "a"}}'
        request = AgentCallRequest(agent_id="echo", user_id="bob", agent_config=avatar)
        call = Call(CallOptions(agent_id="echo", starter=AppServerStarter(server, request)))
        with pytest.raises(SubscriptionError, match="asks for an agent with a picture"):
            await call.__aenter__()
        ended = call.session.machine.ended
        assert ended is not None
        assert ended.error is ErrorCode.AGENT_SUBSCRIPTION_REQUIRED
