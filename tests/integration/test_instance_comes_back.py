"""A caller of an instance whose connection is lost, and who joins again by the same token."""

import asyncio

import pytest

from aicall_cli.backends.signaling_socket import open_signaling
from aicall_cli.engine.commands import SendText
from aicall_cli.engine.enums import AgentState, ByeReason
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentWillLeave,
    ByeReceived,
    UserSubtitleReceived,
)
from aicall_cli.errors import ConnectError
from aicall_cli.protocol.signaling import Join, Joined, decode_server, encode
from aicall_cli.secret import Secret
from tests.integration.agent_caller import Caller
from tests.integration.planned import entered, planned

LISTENING = AgentStateChanged(AgentState.LISTENING)
QUICK = '{"UserOfflineTimeout": 0}'


async def lose(caller: Caller) -> None:
    """Lose a caller's connection without a word, as a network or a killed process does."""
    backend = caller.backend
    assert backend._socket is not None
    assert backend._peer is not None
    backend._socket.transport.abort()
    await backend._peer.close()


async def test_a_lost_caller_comes_back_to_the_same_conversation() -> None:
    async with planned() as (_, client):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            caller.backend.send_command(SendText("one"))
            await caller.until(UserSubtitleReceived("one", True, 1))
            await lose(caller)
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            caller.backend.send_command(SendText("two"))
            await caller.until(UserSubtitleReceived("two", True, 2))
            described = await client.ask(
                "DescribeAIAgentInstance", {"InstanceId": generated["InstanceId"]}
            )
            assert described["Instance"]["Status"] == "Executing"


async def test_a_caller_who_does_not_come_back_in_time_is_not_waited_for() -> None:
    async with planned() as (_, client):
        wanted = {"AIAgentId": "echo", "AgentConfig": QUICK}
        generated = await client.ask("GenerateAIAgentCall", wanted)
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            await lose(caller)
        await asyncio.sleep(1.5)
        with pytest.raises(ConnectError, match="the instance is over"):
            async with entered(generated):
                pass
        asked = {"InstanceId": generated["InstanceId"]}
        described = (await client.ask("DescribeAIAgentInstance", asked))["Instance"]
        assert described["Status"] == "Finished"


async def test_a_caller_who_joins_again_puts_the_first_connection_out() -> None:
    async with planned() as (_, client):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        async with entered(generated) as first:
            await first.until(LISTENING)
            watch = asyncio.create_task(first.backend.watch())
            async with entered(generated) as second:
                await first.until(ByeReceived(ByeReason.REPLACED, "the same user joined again"))
                await watch
                second.backend.send_command(SendText("here"))
                assert await second.until_final_subtitle() == "here"


async def test_who_comes_back_and_does_not_stay_may_come_back_again() -> None:
    async with planned() as (url, client):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            caller.backend.send_command(SendText("one"))
            await caller.until(UserSubtitleReceived("one", True, 1))
            socket = await open_signaling(url, Secret(generated["Token"]))
            await socket.send(encode(Join("", generated["UserId"])))
            assert isinstance(decode_server(await socket.recv()), Joined)
            await socket.close()
            await caller.backend.watch()
            assert ByeReceived(ByeReason.REPLACED, "the same user joined again") in caller.events
        async with entered(generated) as caller:
            caller.backend.send_command(SendText("two"))
            await caller.until(UserSubtitleReceived("two", True, 2))


async def test_an_instance_whose_user_does_not_come_in_time_is_over() -> None:
    async with planned() as (_, client):
        wanted = {"AIAgentId": "echo", "AgentConfig": '{"UserOnlineTimeout": 1}'}
        generated = await client.ask("GenerateAIAgentCall", wanted)
        await asyncio.sleep(1.1)
        asked = {"InstanceId": generated["InstanceId"]}
        described = (await client.ask("DescribeAIAgentInstance", asked))["Instance"]
        assert described["Status"] == "Finished"
        with pytest.raises(ConnectError, match="the instance is over"):
            async with entered(generated):
                pass


async def test_an_instance_whose_user_says_nothing_is_left() -> None:
    async with planned() as (_, client):
        wanted = {"AIAgentId": "echo", "AgentConfig": '{"MaxIdleTime": 1}'}
        generated = await client.ask("GenerateAIAgentCall", wanted)
        async with entered(generated) as caller:
            await caller.until(AgentWillLeave(2001, "nothing was said for 1 s"))
            await caller.backend.watch()
