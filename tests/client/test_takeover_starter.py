"""A person's place beside a running agent, with an API that answers what a test wants."""

from typing import Any, cast

import pytest

from aicall_cli.client.takeover_starter import TakeoverStarter
from aicall_cli.control.cloud_api import CloudApi
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.errors import ConnectError, RemoteProtocolError
from tests.client.test_cloud_starter import HERE, FakeApi
from tests.protocol.tokens import made

TOKEN = made().encode()
ANSWER: dict[str, Any] = {
    "RequestId": "request",
    "ChannelId": "room_1",
    "HumanAgentUserId": "bob",
    "Token": TOKEN.reveal(),
}


async def test_a_place_is_asked_for_with_its_token() -> None:
    api = FakeApi(ANSWER)
    starter = TakeoverStarter(cast(CloudApi, api), "i1", "bob")
    place = await starter.start()
    wanted = {"InstanceId": "i1", "HumanAgentUserId": "bob", "RequireToken": "true"}
    assert api.asked == [("TakeoverAIAgentCall", wanted)]
    assert (place.instance_id, place.channel_id, place.token) == ("i1", "room_1", TOKEN)
    await starter.stop(place)
    await starter.leave(place)
    assert len(api.asked) == 1, "the agent is nobody's to stop"


@pytest.mark.parametrize("missing", ["Token", "ChannelId"])
async def test_an_answer_without_a_place_is_none(missing: str) -> None:
    api = FakeApi({name: it for name, it in ANSWER.items() if name != missing})
    with pytest.raises(RemoteProtocolError, match=missing):
        await TakeoverStarter(cast(CloudApi, api), "i1").start()


def test_the_vendors_network_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(ConnectError, match="nothing was taken over"):
        TakeoverStarter.of_user(CloudEndpoint.of("cn-shanghai", None), "i1")
    TakeoverStarter.of_user(HERE, "i1", variables={})
