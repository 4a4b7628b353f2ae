import json
from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from aicall_cli.engine.enums import AgentState, CallState, EndReason, InterruptedReason
from aicall_cli.engine.events import (
    JSON,
    AgentAudioStarted,
    AgentErrorOccurred,
    AgentEvent,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    CallEnded,
    CallEvent,
    CallStateChanged,
    CommandAnswered,
    CommandSent,
    DataChannelOpened,
    Event,
    MessageIgnored,
    PushToTalkChanged,
    SpeakingInterrupted,
    TurnMeasured,
    UserSubtitleReceived,
    VoiceInterruptChanged,
    WarningRaised,
    record,
    snake_case,
)
from aicall_cli.engine.latency import Turn

# The schema of events.jsonl and --json, an example of each.
_RECORDS: list[tuple[Event, dict[str, JSON]]] = [
    (
        AgentErrorOccurred(4005, "why"),
        {"event": "agent_error_occurred", "code": 4005, "message": "why"},
    ),
    (AgentStateChanged(AgentState.SPEAKING), {"event": "agent_state_changed", "state": "speaking"}),
    (
        AgentSubtitleReceived("hello", True, 3),
        {"event": "agent_subtitle_received", "text": "hello", "end": True, "sentence_id": 3},
    ),
    (
        UserSubtitleReceived("go", False, 4),
        {
            "event": "user_subtitle_received",
            "text": "go",
            "end": False,
            "sentence_id": 4,
            "voiceprint": 100,
        },
    ),
    (VoiceInterruptChanged(True), {"event": "voice_interrupt_changed", "enabled": True}),
    (PushToTalkChanged(False), {"event": "push_to_talk_changed", "enabled": False}),
    (
        AgentWillLeave(2001, "idle"),
        {"event": "agent_will_leave", "reason": 2001, "message": "idle"},
    ),
    (
        SpeakingInterrupted(InterruptedReason.BY_VOICE),
        {"event": "speaking_interrupted", "reason": "by_voice"},
    ),
    (
        MessageIgnored(None, "not valid JSON"),
        {"event": "message_ignored", "type": None, "reason": "not valid JSON"},
    ),
    (
        CallStateChanged(CallState.CONNECTED),
        {"event": "call_state_changed", "state": "connected"},
    ),
    (DataChannelOpened(), {"event": "data_channel_opened"}),
    (AgentAudioStarted(), {"event": "agent_audio_started"}),
    (
        CommandAnswered(7, "interrupt", accepted=False, reason="the call is over"),
        {
            "event": "command_answered",
            "id": 7,
            "command": "interrupt",
            "accepted": False,
            "reason": "the call is over",
        },
    ),
    (CommandSent("send_text"), {"event": "command_sent", "command": "send_text"}),
    (
        TurnMeasured(Turn(0.5, 2.0, 2.75, 0.75, overlapped=False)),
        {
            "event": "turn_measured",
            "turn": {
                "caller_start": 0.5,
                "caller_end": 2.0,
                "agent_start": 2.75,
                "latency": 0.75,
                "overlapped": False,
            },
        },
    ),
    (WarningRaised("late"), {"event": "warning_raised", "message": "late"}),
    (
        CallEnded(EndReason.AGENT_LEFT, "idle"),
        {"event": "call_ended", "reason": "agent_left", "message": "idle"},
    ),
]


def test_each_event_has_an_example() -> None:
    kinds = {*get_args(AgentEvent), *get_args(CallEvent)}
    assert {type(event) for event, _ in _RECORDS} == kinds == set(get_args(Event))


@pytest.mark.parametrize(("event", "recorded"), _RECORDS, ids=lambda value: type(value).__name__)
def test_the_record_of_an_event(event: Event, recorded: dict[str, JSON]) -> None:
    assert record(event) == recorded
    assert json.loads(json.dumps(record(event), allow_nan=False)) == recorded


@pytest.mark.parametrize("event", [event for event, _ in _RECORDS], ids=repr)
def test_events_are_frozen_and_slotted(event: Event) -> None:
    assert not hasattr(event, "__dict__")
    for field in fields(event):
        with pytest.raises(FrozenInstanceError):
            setattr(event, field.name, None)


def test_snake_case() -> None:
    assert snake_case("AgentWillLeave") == "agent_will_leave"
    assert snake_case("Leave") == "leave"
