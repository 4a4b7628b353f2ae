"""How the assistant answers in real calls, by a language model that is slow, moody or cut off."""

import asyncio
import json

from aicall_cli.agent.options import Endpoint
from aicall_cli.engine.commands import InterruptSpeaking, SendText, UpdateLlmSystemPrompt
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentEmotionReceived,
    AgentStateChanged,
    AgentWillLeave,
    LatencyReported,
    LlmReplyCompleted,
    SpeakingInterrupted,
)
from tests.integration.agent_caller import calling, configured, serving, subtitles
from tests.integration.sound import until
from tests.integration.test_agent_talks import recording
from tests.support.http_stub import Answer, HttpStub, http_stub, in_pieces

LISTENING = AgentStateChanged(AgentState.LISTENING)


def saying(text: str) -> str:
    """Return the event by which a model says ``text``."""
    return json.dumps({"choices": [{"delta": {"content": text}}]})


def model(*pieces: str, pause: float = 0.0) -> Answer:
    """Return a language model that answers everything so, ``pause`` seconds after each piece."""
    lines = [f"data: {saying(piece)}\n\n".encode() for piece in pieces]
    return in_pieces(*lines, b"data: [DONE]\n\n", kind="text/event-stream", pause=pause)


def prompted(stub: HttpStub, request: int) -> list[str]:
    """Return what the model was reminded of, without its system prompt."""
    messages = json.loads(stub.requests[request].body)["messages"]
    return [f"{message['role']}: {message['content']}" for message in messages[1:]]


async def test_an_emotion_is_told_and_not_spoken() -> None:
    async with (
        http_stub(model("[hap", "py] Good", " day.")) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", configured(LlmConfig={"LlmCompleteReply": True})) as caller,
    ):
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("Hello"))
        await caller.until(LISTENING, times=2)
        assert AgentEmotionReceived("happy", 1) in caller.events
        assert LlmReplyCompleted("Good day.", 1) in caller.events
        assert subtitles(caller) == "Good day."


async def test_rules_feel_nothing_and_the_latency_of_what_was_said_is_reported() -> None:
    async with serving(agents=("assistant",)) as url, calling(url, "assistant") as caller:
        await caller.until(LISTENING)
        caller.say(recording())
        await caller.until_any(LatencyReported)
        (report,) = [event for event in caller.events if isinstance(event, LatencyReported)]
        assert AgentEmotionReceived("neutral", 1) in caller.events
    parts = (report.asr, report.llm, report.tts, report.mute)
    assert None not in parts
    assert report.mute is not None
    assert report.mute >= 390
    assert report.total is not None
    # What lies between the parts is waiting for a machine that others use as well.
    assert 0 <= report.total - sum(part or 0.0 for part in parts) + 5 < 1000


async def test_the_model_hangs_up_by_its_function_once_it_has_said_goodbye() -> None:
    hangup = [{"Function": "hangup", "MatchFunction": "end_call"}]
    call = {"choices": [{"delta": {"tool_calls": [{"function": {"name": "end_call"}}]}}]}
    events = (saying("Goodbye."), json.dumps(call))
    lines = [f"data: {event}\n\n".encode() for event in events]
    async with (
        http_stub(in_pieces(*lines, kind="text/event-stream")) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", configured(LlmConfig={"FunctionMap": hangup})) as caller,
    ):
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("That is all."))
        await caller.until(AgentWillLeave(LeaveReason.OTHER, "the language model hung up"))
        assert subtitles(caller) == "Goodbye."
        async with asyncio.timeout(5):
            await caller.backend.watch()


async def test_a_slow_answer_is_bridged_by_prompts() -> None:
    pending = {
        "WaitTime": 500,
        "Messages": [{"Text": "One moment."}, {"Text": "Still here."}],
        "Mode": "sequence",
    }
    async with (
        http_stub(model("", "At last.", pause=0.9)) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", configured(AutoSpeechConfig={"LlmPending": pending})) as caller,
    ):
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("Hello"))
        await caller.until(LISTENING, times=2)
        assert subtitles(caller) == "One moment. At last."
        (report,) = [event for event in caller.events if isinstance(event, LatencyReported)]
        assert report.llm is not None
        assert report.llm >= 900


async def test_short_sentences_are_spoken_together_where_that_is_asked_for() -> None:
    together = configured(LlmConfig={"OutputMinLength": 30, "OutputMaxDelay": 1000})
    async with (
        http_stub(model("Yes. ", "No. ", "Maybe so.", pause=0.3)) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", together) as caller,
    ):
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("Hello"))
        await caller.until(LISTENING, times=2)
        (report,) = [event for event in caller.events if isinstance(event, LatencyReported)]
        assert report.llm is not None
        assert report.llm >= 600
        assert subtitles(caller) == "Yes. No. Maybe so."


async def test_a_call_begins_with_a_greeting_and_the_answer_to_a_query() -> None:
    first = configured(Greeting="Welcome.", WakeUpQuery="What is new?")
    async with (
        http_stub(model("Nothing is.")) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", first) as caller,
    ):
        await caller.until(LISTENING, times=2)
        assert subtitles(caller) == "Welcome.Nothing is."
        assert prompted(stub, 0) == ["user: What is new?"]


async def test_the_model_follows_the_callers_prompt_and_forgets_what_is_too_long_ago() -> None:
    prompt = configured(LlmConfig={"LlmSystemPrompt": "Be kind.", "LlmHistoryLimit": 0})
    async with (
        http_stub(model("Yes.")) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", prompt) as caller,
    ):
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("One?"))
        await caller.until(LISTENING, times=2)
        caller.backend.send_command(UpdateLlmSystemPrompt("Be brief."))
        caller.backend.send_command(SendText("Two?"))
        await caller.until(LISTENING, times=3)
        told = [json.loads(request.body)["messages"][0]["content"] for request in stub.requests]
        assert told == ["Be kind.", "Be brief."]
        assert prompted(stub, 1) == ["user: Two?"]


async def test_a_silent_caller_is_prompted_and_left_with_a_farewell() -> None:
    idle = {"WaitTime": 5000, "Messages": [{"Text": "Hello?"}], "HangupEndWord": "Goodbye."}
    patient, brusque = (
        configured(AutoSpeechConfig={"UserIdle": {**idle, "MaxRepeats": repeats}})
        for repeats in (1, 0)
    )
    async with (
        serving(agents=("assistant",)) as url,
        calling(url, "assistant", patient) as prompted,
        calling(url, "assistant", brusque) as left,
    ):
        await left.until(AgentWillLeave(LeaveReason.IDLE, "nothing was said in spite of prompts"))
        assert subtitles(left) == "Goodbye."
        await prompted.until(LISTENING, times=2)
        assert subtitles(prompted) == "Hello?"


async def test_the_model_knows_what_was_said_before_the_call() -> None:
    earlier = [{"Role": "user", "Content": "I am Ann."}, {"Role": "assistant", "Content": "Hi."}]
    async with (
        http_stub(model("Ann.")) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", configured(LlmConfig={"LlmHistory": earlier})) as caller,
    ):
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("Who am I?"))
        await caller.until(LISTENING, times=2)
        assert prompted(stub, 0) == ["user: I am Ann.", "assistant: Hi.", "user: Who am I?"]


async def test_the_model_is_reminded_of_what_was_heard_of_an_answer_that_was_cut_off() -> None:
    heard = configured(LlmConfig={"HistorySyncWithTTS": True})
    async with (
        http_stub(model("One two three four five six seven eight nine ten.")) as stub,
        serving(agents=("assistant",), chat=Endpoint(url=stub.url)) as url,
        calling(url, "assistant", heard) as caller,
    ):
        await caller.until(LISTENING)
        caller.backend.send_command(SendText("Count."))
        await until(lambda: "two" in subtitles(caller))
        caller.backend.send_command(InterruptSpeaking())
        await caller.until(SpeakingInterrupted(InterruptedReason.BY_INTERRUPT_SPEAKING))
        spoken = subtitles(caller)
        assert "ten" not in spoken
        caller.backend.send_command(SendText("Go on."))
        async with asyncio.timeout(5):
            await until(lambda: len(stub.requests) == 2)
        assert prompted(stub, 1) == ["user: Count.", f"assistant: {spoken}", "user: Go on."]
