"""A person takes a call over from the agent: two callers of one instance, over real media."""

import asyncio

import numpy as np
import pytest

from aicall_cli.agent.takeover import CALLER_LEFT, PERSON_LEFT
from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.audio.tone import tone
from aicall_cli.engine.commands import SendText
from aicall_cli.engine.enums import AgentState, TakeoverMode
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    HumanTakeoverConnected,
    HumanTakeoverWillStart,
    UserSubtitleReceived,
)
from aicall_cli.errors import ConnectError, UsageError
from tests.integration.agent_caller import Caller, aligned_correlation
from tests.integration.openapi_client import OpenApi
from tests.integration.planned import entered, planned, refusal
from tests.integration.sound import loud_part, until
from tests.integration.test_agent_talks import recording

LISTENING = AgentStateChanged(AgentState.LISTENING)


async def taken_over(client: OpenApi, instance_id: object, user_id: str) -> dict[str, object]:
    """Ask for a person's place in a call."""
    wanted = {"InstanceId": instance_id, "HumanAgentUserId": user_id, "RequireToken": "true"}
    return await client.ask("TakeoverAIAgentCall", wanted)


async def until_heard(caller: Caller, level: int) -> None:
    """Wait until a caller hears something as loud as ``level``."""
    await until(lambda: any(np.abs(frame.pcm).max() > level for frame in caller.heard))


async def test_a_person_and_the_caller_hear_each_other_until_the_person_leaves() -> None:
    async with planned() as (_, client):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            place = await taken_over(client, generated["InstanceId"], "bob")
            assert (place["ChannelId"], place["HumanAgentUserId"]) == (
                generated["ChannelId"],
                "bob",
            )
            async with entered(place) as person:
                await caller.until(HumanTakeoverWillStart("bob", TakeoverMode.HUMAN_VOICE))
                await caller.until(HumanTakeoverConnected("bob"))
                said = recording()
                person.say(said)
                caller.say(tone(500, 0, SAMPLE_RATE, SAMPLE_RATE, 0.25))
                await until_heard(person, 5_000)
                await asyncio.sleep(len(said) / SAMPLE_RATE)
                word = loud_part(said)[: SAMPLE_RATE // 2]
                assert aligned_correlation(caller.agent_audio, word) > 0.8
                caller.backend.send_command(SendText("good"))
                await person.until(AgentSubtitleReceived("good", True, 2))
                assert await refusal(
                    client, "TakeoverAIAgentCall", InstanceId=generated["InstanceId"]
                ) == (409, "TakeoverInProgress")
            await caller.until(AgentWillLeave(2002, PERSON_LEFT))
            await caller.backend.watch()


async def test_a_person_speaks_with_the_agents_voice() -> None:
    async with planned(agents=("assistant",)) as (_, client):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "assistant"})
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            place = await taken_over(client, generated["InstanceId"], "bob")
            async with entered(place, options={"takeover_voice": "agent"}) as person:
                await caller.until(HumanTakeoverWillStart("bob", TakeoverMode.AGENT_VOICE))
                await caller.until(HumanTakeoverConnected("bob"))
                person.say(recording())
                assert await person.until_final_subtitle() == "go forward ten meters"
                await caller.until(LISTENING, times=2)
                spoken = [e.text for e in caller.events if isinstance(e, AgentSubtitleReceived)]
                assert "".join(spoken) == "go forward ten meters"
                assert np.abs(caller.agent_audio).max() > 1000
                caller.say(recording())
                assert await caller.until_final_subtitle() == "go forward ten meters"
                await person.until(AgentSubtitleReceived("go forward ten meters", True, 2))
                assert not any(
                    isinstance(e, UserSubtitleReceived) and e.sentence_id != 1
                    for e in person.events
                )


async def test_the_caller_leaves_a_person() -> None:
    async with planned() as (_, client):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            place = await taken_over(client, generated["InstanceId"], "bob")
            async with entered(place) as person:
                await caller.until(HumanTakeoverConnected("bob"))
                await caller.backend.close()
                await person.until(AgentWillLeave(0, CALLER_LEFT))
                await person.backend.watch()


async def test_takeovers_that_are_refused() -> None:
    async with planned() as (_, client):
        generated = await client.ask("GenerateAIAgentCall", {"AIAgentId": "echo"})
        instance = {"InstanceId": generated["InstanceId"]}
        assert await refusal(client, "TakeoverAIAgentCall", **instance) == (
            400,
            "InstanceNotConnected",
        )
        async with entered(generated) as caller:
            await caller.until(LISTENING)
            assert "Token" not in await client.ask("TakeoverAIAgentCall", instance)
            bob = await taken_over(client, generated["InstanceId"], "bob")
            with pytest.raises(UsageError, match="echo has no voice that a person could use"):
                async with entered(bob, options={"takeover_voice": "agent"}):
                    pass
            eve = await taken_over(client, generated["InstanceId"], "eve")
            with pytest.raises(ConnectError, match="another user"):
                async with entered(bob):
                    pass
            async with entered(eve):
                await caller.until(HumanTakeoverConnected("eve"))
                with pytest.raises(ConnectError, match="a person has taken the call over"):
                    async with entered(eve):
                        pass
