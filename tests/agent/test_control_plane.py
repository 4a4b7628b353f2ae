import asyncio

import pytest

from aicall_cli.agent.call_request import CallRequest
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.control_plane import EXPIRED
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.signaling_socket import Refusal
from aicall_cli.engine.enums import ByeReason
from aicall_cli.protocol.rtc_token import MAX_LIFETIME, parse_rtc_token
from aicall_cli.protocol.signaling import Join
from tests.agent.fake_peer import running_call
from tests.agent.planes import ADDRESS, NOW, TestPlane


def refusal(plane: TestPlane, join: Join, token: str) -> Refusal:
    read = plane.read_token(token)
    assert read is not None
    with pytest.raises(Refusal) as caught:
        plane.instance_of(read, join)
    return caught.value


async def test_a_token_leads_to_its_instance_and_its_configuration() -> None:
    plane = TestPlane()
    config = '{"MaxIdleTime": 30, "EnablePushToTalk": true}'
    request = CallRequest(agent_id="echo", user_id="u1", agent_config=config, expire=10)
    instance, token = await plane.generate(request, ADDRESS)
    assert (token.channel_id, token.user_id, token.gslb) == (instance.channel_id, "u1", (ADDRESS,))
    assert token.expiry.seconds == instance.token_expiries["u1"] == NOW + 10
    read = plane.read_token(token.encode().reveal())
    assert read == token
    join = Join("", "u1", {"idle_timeout": 5})
    assert plane.instance_of(token, join) is instance
    join = plane.wanted(instance, join)
    assert (join.agent_id, join.user_id) == ("echo", "u1")
    assert join.options == {
        "idle_timeout": 5,
        "push_to_talk": True,
        "online_timeout": 60,
        "offline_timeout": 5,
    }


async def test_a_token_lives_a_day_at_most_and_an_hour_as_a_rule() -> None:
    plane = TestPlane()
    _, token = await plane.generate(CallRequest(agent_id="echo"), ADDRESS)
    assert token.expiry.left(NOW) == 3600
    assert token.user_id.startswith("user-")
    _, token = await plane.generate(CallRequest(agent_id="echo", expire=604_800), ADDRESS)
    assert token.expiry.left(NOW) == MAX_LIFETIME


async def test_nobody_else_enters() -> None:
    plane = TestPlane()
    instance, token = await plane.generate(CallRequest(agent_id="echo", user_id="u1"), ADDRESS)
    text = token.encode().reveal()
    assert "another user" in str(refusal(plane, Join("echo", "u2"), text))
    assert "another agent" in str(refusal(plane, Join("assistant", "u1"), text))
    async with running_call(EchoAgent) as running:
        plane.joined(instance, running.call)
        plane.left(instance, running.call)
    assert "the instance is over" in str(refusal(plane, Join("echo", "u1"), text))
    plane.instances._all.clear()
    assert "the instance is over" in str(refusal(plane, Join("echo", "u1"), text))


async def test_the_call_ends_when_the_last_token_expires() -> None:
    plane = TestPlane()
    loop = asyncio.get_running_loop()
    begin = loop.time()
    plane.now = lambda: NOW + loop.time() - begin
    request = CallRequest(agent_id="echo", user_id="caller", expire=10)
    instance, _ = await plane.generate(request, ADDRESS)
    async with running_call(EchoAgent) as running, asyncio.TaskGroup() as tasks:
        plane.joined(instance, running.call)
        ending = tasks.create_task(plane.end_at_expiry(instance, running.call))
        await asyncio.sleep(5)
        renewed = parse_rtc_token(plane.renew(instance, "caller").reveal())
        assert renewed.expiry.left(NOW) == 15
        await asyncio.sleep(9)
        assert not ending.done()
        await ending
        assert loop.time() - begin == pytest.approx(15)
        await asyncio.sleep(0)
    assert running.reason == EXPIRED
    assert running.call.bye_reason is ByeReason.CHANNEL_TERMINATED


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("{", "AgentConfig is not JSON"),
        ("[]", "no JSON object"),
        ('{"Volume": 401}', "Volume"),
        ('{"Nothing": 1}', "Nothing"),
        ('{"TtsConfig": {"VoiceId": "v9"}}', "there is no voice v9"),
    ],
)
async def test_a_configuration_that_cannot_be_used(config: str, said: str) -> None:
    with pytest.raises(ControlError, match="InvalidParameter") as caught:
        await TestPlane().made("assistant", config)
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ('{"AvatarConfig": {"AvatarId": "a"}}', "AvatarConfig.AvatarId"),
        ('{"VcrConfig": {"HeadMotion": {"Enabled": true}}}', "VcrConfig.HeadMotion.Enabled"),
    ],
)
async def test_there_is_no_agent_with_a_picture(config: str, name: str) -> None:
    with pytest.raises(ControlError) as caught:
        await TestPlane().made("echo", config)
    assert (caught.value.code, caught.value.status) == ("Forbidden.SubscriptionRequired", 403)
    assert f"AgentConfig.{name} asks" in caught.value.message
    await TestPlane().made("echo", '{"VcrConfig": {"HeadMotion": {"Enabled": false}}}')


async def test_what_the_agent_does_not_use_is_named(caplog: pytest.LogCaptureFixture) -> None:
    await TestPlane().made(agent_config='{"WakeUpQuery": "hello"}')
    assert "agent echo does not use WakeUpQuery" in caplog.text
    assert "hello" not in caplog.text


async def test_agents_and_users_that_cannot_be() -> None:
    plane = TestPlane(max_calls=1)
    with pytest.raises(ControlError, match=r"AgentNotFound: There is no agent x\\x1b"):
        await plane.made("x\x1b")
    for user_id in ("a b", "ä", "u" * 65):
        with pytest.raises(ControlError, match="UserId"):
            await plane.generate(CallRequest(agent_id="echo", user_id=user_id), ADDRESS)
    await plane.made()
    with pytest.raises(ControlError, match=r"Throttling\.User"):
        await plane.made()


async def test_a_person_is_asked_to_take_over_and_may_come_in() -> None:
    plane = TestPlane()
    instance = await plane.made()
    earlier = plane.invite(instance, "bob").encode().reveal()
    token = plane.invite(instance, "eve").encode().reveal()
    read = plane.read_token(token)
    assert read is not None
    assert plane.instance_of(read, Join("", "eve")) is instance
    assert "another user" in str(refusal(plane, Join("", "bob"), earlier))
    for wrong in ("u1", instance.agent_user_id, "b b"):
        with pytest.raises(ControlError, match="HumanAgentUserId"):
            plane.invite(instance, wrong)
