"""Every message that an agent of AICallKit can send, sent by a served agent in a real call."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from aicall_cli import (
    AgentAudioStarted,
    AgentEmotionReceived,
    AgentErrorOccurred,
    AgentJoined,
    AgentState,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    Call,
    CallEnded,
    CallOptions,
    CallState,
    CallStateChanged,
    CustomMessageReceived,
    DataChannelOpened,
    EndReason,
    ErrorCode,
    Event,
    HumanTakeoverConnected,
    HumanTakeoverWillStart,
    InterruptedReason,
    LatencyReported,
    LlmReplyCompleted,
    MessageIgnored,
    PushToTalkChanged,
    RtcEngineCreated,
    RtcTokenReceived,
    Secret,
    SpeakingInterrupted,
    TakeoverMode,
    UserSubtitleReceived,
    VcrResultReceived,
    VisionCustomCaptureChanged,
    VoiceIdChanged,
    VoiceInterruptChanged,
    VoiceprintCleared,
    VoiceprintResult,
    VoiceprintUsingChanged,
)
from aicall_cli.engine.vcr_result import HeadMotion, PeopleCount
from tests.integration.agent_caller import TOKEN, serving
from tests.integration.scripts import script

MESSAGES: dict[str, tuple[dict[str, Any], Event]] = {
    "agent_state": (
        {"type": 1001, "data": {"state": 2}},
        AgentStateChanged(AgentState.THINKING),
    ),
    "agent_subtitle": (
        {"type": 1002, "data": {"text": "Yes.", "end": True, "sentenceId": 7}},
        AgentSubtitleReceived("Yes.", True, 7),
    ),
    "user_subtitle": (
        {"type": 1003, "data": {"text": "is it", "end": False, "sentenceId": 7, "voiceprint": 2}},
        UserSubtitleReceived("is it", False, 7, VoiceprintResult.DETECTED),
    ),
    "voice_interrupt": (
        {"type": 1004, "data": {"enable": False}},
        VoiceInterruptChanged(False),
    ),
    "voice_id": ({"type": 1005, "data": {"voiceId": "longxia"}}, VoiceIdChanged("longxia")),
    "rtc_token": ({"type": 1006, "data": {"token": "bmV3"}}, RtcTokenReceived(Secret("bmV3"))),
    "push_to_talk": ({"type": 1007, "data": {"enable": True}}, PushToTalkChanged(True)),
    "voiceprint_using": ({"type": 1008, "data": {"enable": True}}, VoiceprintUsingChanged(True)),
    "voiceprint_cleared": ({"type": 1009}, VoiceprintCleared()),
    "custom_message": (
        {"type": 1011, "data": {"message": '{"seat": 4}'}},
        CustomMessageReceived({"seat": 4}),
    ),
    "takeover_will_start": (
        {"type": 1012, "data": {"takeoverUid": "bob", "takeoverMode": 1}},
        HumanTakeoverWillStart("bob", TakeoverMode.HUMAN_VOICE),
    ),
    "takeover_connected": (
        {"type": 1013, "data": {"takeoverUid": "bob"}},
        HumanTakeoverConnected("bob"),
    ),
    "emotion": (
        {"type": 1014, "data": {"emotion": "happy", "sentenceId": 7}},
        AgentEmotionReceived("happy", 7),
    ),
    "vision_capture": (
        {"type": 1015, "data": {"enable": True}},
        VisionCustomCaptureChanged(True),
    ),
    "interrupted": (
        {"type": 1016, "data": {"reason": 1}},
        SpeakingInterrupted(InterruptedReason.BY_WORDS),
    ),
    "llm_reply": (
        {"type": 1017, "data": {"text": "Yes. It is.", "sentenceId": 7}},
        LlmReplyCompleted("Yes. It is.", 7),
    ),
    "vcr_result": (
        {
            "type": 1018,
            "data": {
                "peopleCount": {"count": 2},
                "headMotion": {"nodDetected": True, "shakeDetected": False},
            },
        },
        VcrResultReceived(
            people_count=PeopleCount(2),
            head_motion=HeadMotion(nod_detected=True, shake_detected=False),
        ),
    ),
    "latency": (
        {"AIAgent": {"aiasrcost": 120, "aillmcost": 410, "aiagenttotalcost": 1025}},
        LatencyReported(asr=120, llm=410, total=1025),
    ),
    "unknown_error": ({"type": 1000, "data": {"code": 4999}}, AgentErrorOccurred(4999)),
}
"""What is sent, and what the caller is told of it."""


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Event]:
    """Return the events of a call whose agent sends each message and then leaves."""
    sent = [message for message, _ in MESSAGES.values()]
    sent += [{"type": "ready_resp"}, {"type": 1999}]
    steps = [f"send_raw = {json.dumps(json.dumps(message))}" for message in sent]
    steps[0] = f'after = "call_begin"\n{steps[0]}'
    steps.append('delay_ms = 200\nleave = 2001\nmessage = "that was all"')
    agent = script(tmp_path_factory.mktemp("script"), *steps)
    return asyncio.run(_call(agent))


async def _call(agent: str) -> Sequence[Event]:
    async with serving(agents=(agent,)) as url:
        call = Call(CallOptions(agent_id=agent, server=url, token=TOKEN))
        told = call.events()
        async with call, asyncio.timeout(10):
            return [stamped.event async for stamped in told]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_of_the_agent_is_an_event(events: Sequence[Event], name: str) -> None:
    _, event = MESSAGES[name]
    assert event in events


def test_an_agent_announces_that_it_leaves(events: Sequence[Event]) -> None:
    assert AgentWillLeave(2001, "that was all") in events
    assert isinstance(end := events[-1], CallEnded)
    assert (end.reason, end.error) == (EndReason.AGENT_LEFT, ErrorCode.NONE)


def test_the_life_of_a_call(events: Sequence[Event]) -> None:
    life = (
        RtcEngineCreated,
        DataChannelOpened,
        AgentJoined,
        AgentAudioStarted,
        CallStateChanged,
        CallEnded,
    )
    told = [event for event in events if isinstance(event, life)]
    kinds = [type(event) for event in told if not isinstance(event, CallStateChanged)]
    assert kinds == [kind for kind in life if kind is not CallStateChanged]
    assert [event.state for event in told if isinstance(event, CallStateChanged)] == [
        CallState.CONNECTING,
        CallState.CONNECTED,
        CallState.OVER,
    ]


def test_what_is_unknown_is_passed_over(events: Sequence[Event]) -> None:
    ignored = [event for event in events if isinstance(event, MessageIgnored)]
    assert [event.type for event in ignored] == [None, 1999]
