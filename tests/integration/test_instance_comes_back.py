"""A caller of an instance whose connection is lost, and who joins again by the same token."""

import asyncio

import pytest

from aicall_cli.engine.commands import SendText
from aicall_cli.engine.enums import AgentState, ByeReason
from aicall_cli.engine.events import (
    AgentStateChanged,
    ByeReceived,
    UserSubtitleReceived,
)
from aicall_cli.errors import ConnectError
from tests.integration.agent_caller import Caller
from tests.integration.planned import entered, planned

LISTENING = AgentStateChanged(AgentState.LISTENING)
QUICK = '{"UserOfflineTimeout": 1}'


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
