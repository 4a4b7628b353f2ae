"""How an assistant takes turns by what was said, in real calls with the real recogniser."""

import asyncio
import json

import numpy as np

from aicall_cli.agent.control_plane import LEFT
from aicall_cli.agent.options import Endpoint
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.engine.commands import SendText, StopAgent
from aicall_cli.engine.enums import AgentState, InterruptedReason
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    SpeakingInterrupted,
    UserSubtitleReceived,
)
from aicall_cli.speech.espeak_synthesiser import EspeakSynthesiser
from tests.integration.agent_caller import Caller, calling, configured, serving
from tests.integration.planned import entered, planned
from tests.integration.sound import until
from tests.integration.test_agent_talks import recording
from tests.support.http_stub import http_stub, silent

SPEAKING = AgentStateChanged(AgentState.SPEAKING)
LISTENING = AgentStateChanged(AgentState.LISTENING)


async def spoken(text: str) -> Pcm:
    """Return ``text`` as a synthetic voice says it."""
    voice = EspeakSynthesiser()
    await voice.open()
    try:
        return np.concatenate([chunk.pcm async for chunk in voice.synthesise(text)])
    finally:
        await voice.close()


def finals(caller: Caller) -> list[tuple[int, str]]:
    told = [event for event in caller.events if isinstance(event, UserSubtitleReceived)]
    return [(event.sentence_id, event.text) for event in told if event.end]


def agent_text(caller: Caller) -> str:
    return "".join(e.text for e in caller.events if isinstance(e, AgentSubtitleReceived))


async def test_a_turn_end_word_ends_the_turn_before_the_silence_does() -> None:
    options = configured(TurnDetectionConfig={"TurnEndWords": ["meters"]})
    options["endpointing_ms"] = 5000
    async with serving(agents=("assistant",)) as url, calling(url, "assistant", options) as caller:
        await caller.until(LISTENING)
        caller.say(recording())
        await caller.until_final_subtitle(seconds=5.0)
        ((_, text),) = finals(caller)
        assert "meters" in text


async def test_a_sentence_that_looks_unfinished_is_waited_for_and_stays_one_sentence() -> None:
    options = configured(TurnDetectionConfig={"Mode": "Semantic", "SemanticWaitDuration": 8000})
    async with serving(agents=("assistant",)) as url, calling(url, "assistant", options) as caller:
        await caller.until(LISTENING)
        caller.say(await spoken("I would like to"))
        await caller.until(LISTENING, times=2)
        assert finals(caller) == []
        await asyncio.sleep(0.5)
        caller.say(recording())
        await caller.until_final_subtitle()
        ((sentence_id, text),) = finals(caller)
        assert sentence_id == 1
        assert text.startswith("i would like to ")
        assert text.endswith("forward ten meters")


async def test_a_sentence_that_does_not_go_on_is_answered_after_the_wait() -> None:
    options = configured(TurnDetectionConfig={"Mode": "Semantic", "SemanticWaitDuration": 600})
    async with serving(agents=("assistant",)) as url, calling(url, "assistant", options) as caller:
        await caller.until(LISTENING)
        caller.say(await spoken("I would like to"))
        await caller.until(LISTENING, times=2)
        held = caller.position
        await caller.until_final_subtitle()
        assert caller.position - held > 0.4 * 48_000
        assert finals(caller) == [(1, "i would like to")]
        await caller.until(SPEAKING)


async def joined(segments: bool) -> tuple[list[tuple[int, str]], str]:
    """Say something in two parts, the second before the first is answered.

    Return what was understood, and what the language model was asked in the end.
    """
    options = configured(EnableIntelligentSegment=segments)
    async with (
        http_stub(silent) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", options) as caller,
    ):
        await caller.until(LISTENING)
        said = await spoken("I would like to")
        caller.say(said)
        await caller.until_final_subtitle()
        caller.say(said)
        await until(lambda: len(finals(caller)) == len(stub.requests) == 2)
        *_, asked = json.loads(stub.requests[-1].body)["messages"]
        return finals(caller), str(asked["content"])


async def test_a_caller_who_goes_on_before_the_answer_goes_on_with_the_same_sentence() -> None:
    once = "i would like to"
    understood, asked = await joined(segments=True)
    assert understood == [(1, once), (1, f"{once} {once}")]
    assert asked == f"{once} {once}"


async def test_without_intelligent_segments_what_comes_next_is_another_sentence() -> None:
    once = "i would like to"
    understood, _ = await joined(segments=False)
    assert understood == [(1, once), (2, once)]


async def test_a_word_interrupts_where_the_voice_does_not_with_a_reason_of_its_own() -> None:
    options = configured(
        Greeting="Welcome. " * 20,
        InterruptConfig={"EnableVoiceInterrupt": False, "InterruptWords": ["like"]},
    )
    async with serving(agents=("assistant",)) as url, calling(url, "assistant", options) as caller:
        await caller.until(SPEAKING)
        caller.say(await spoken("I would like to"))
        await caller.until(SpeakingInterrupted(InterruptedReason.BY_WORDS))
        assert "like" in (await caller.until_final_subtitle())


SENTENCES = "Welcome to all of you. Please be so kind as to wait for a while."


async def test_an_agent_that_its_caller_stops_finishes_its_sentence_where_that_is_wanted() -> None:
    options = configured(Greeting=SENTENCES, GracefulShutdown=True)
    async with serving(agents=("assistant",)) as url, calling(url, "assistant", options) as caller:
        await caller.until(SPEAKING)
        caller.backend.send_command(StopAgent())
        async with asyncio.timeout(5):
            await caller.backend.watch()
        assert caller.events[-1] == LISTENING
        assert agent_text(caller) == "Welcome to all of you."


async def test_an_agent_that_waits_for_its_model_is_stopped_between_two_sentences() -> None:
    pending = {"WaitTime": 1000, "Messages": [{"Text": "Well."}]}
    options = configured(GracefulShutdown=True, AutoSpeechConfig={"LlmPending": pending})
    async with (
        http_stub(silent) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", options) as caller,
    ):
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("Hello"))
        await until(lambda: bool(caller.loudest_positions))
        await until(lambda: caller.position - caller.loudest_positions[-1] > 0.6 * SAMPLE_RATE)
        caller.backend.send_command(StopAgent())
        async with asyncio.timeout(2):
            await caller.backend.watch()
        assert agent_text(caller).strip() == "Well."
        assert caller.events[-1] == LISTENING


async def test_an_agent_that_the_api_stops_finishes_its_sentence_where_that_is_wanted() -> None:
    config = {"Greeting": SENTENCES, "GracefulShutdown": True}
    async with planned(agents=("assistant",)) as (_, client):
        call = {"AIAgentId": "assistant", "AgentConfig": json.dumps(config)}
        generated = await client.ask("GenerateAIAgentCall", call)
        async with entered(generated) as caller:
            await caller.until(SPEAKING)
            await client.ask("StopAIAgentInstance", {"InstanceId": generated["InstanceId"]})
            assert AgentWillLeave(0, LEFT) not in caller.events
            await caller.until(AgentWillLeave(0, LEFT))
            assert caller.states[-1] is AgentState.LISTENING
            assert agent_text(caller) == "Welcome to all of you."
