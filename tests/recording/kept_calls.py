"""Recordings as a call leaves them, made by the recorder itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.tone import tone
from aicall_cli.engine.enums import AgentState, EndReason, InterruptedReason, Party
from aicall_cli.engine.events import (
    RECORD_VERSION,
    AgentStateChanged,
    AgentSubtitleReceived,
    CallEnded,
    DataChannelOpened,
    Event,
    SpeakingInterrupted,
    TurnMeasured,
    UserSubtitleReceived,
    record,
)
from aicall_cli.engine.latency import Turn
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.recording.recorder import Recorder
from aicall_cli.recording.store import create_recording

BEGAN = datetime(2025, 3, 9, 7, 5, 2, tzinfo=UTC)
TURN = Turn(0.0, 1.0, 1.5, 0.5, overlapped=False)
SAID = (
    TranscriptEntry(Party.CALLER, 1, "go forward", 0.6, 1.0, final=True, interrupted=False),
    TranscriptEntry(Party.AGENT, 1, "Going for", 1.6, 2.0, final=True, interrupted=True),
)
EVENTS: tuple[tuple[float, Event], ...] = (
    (0.0, DataChannelOpened()),
    (0.6, UserSubtitleReceived("go", False, 1)),
    (1.0, UserSubtitleReceived("go forward", True, 1)),
    (1.1, AgentStateChanged(AgentState.THINKING)),
    (1.6, AgentSubtitleReceived("Going ", False, 1)),
    (1.7, TurnMeasured(TURN)),
    (1.8, AgentSubtitleReceived("for", False, 1)),
    (2.0, SpeakingInterrupted(InterruptedReason.BY_VOICE)),
    (3.0, CallEnded(EndReason.HUNG_UP, "hung up")),
)


def keep_call(
    folder: Path,
    *,
    finished: bool = True,
    agent: str = "echo",
    short_id: str = "0a1b2c",
    day: int = 9,
    seconds: int = 3,
) -> Path:
    """Record a call: the caller sounds in its first second, the agent from 1.5 s to 2 s."""
    directory = create_recording(folder, agent, BEGAN.replace(day=day), lambda: short_id)
    with Recorder(directory) as recorder:
        for at, side, pcm in _sounds(seconds):
            (recorder.caller if side is Party.CALLER else recorder.agent)(pcm, at)
        for at_seconds, event in EVENTS:
            recorder.event({"schema": RECORD_VERSION, "t": at_seconds, **record(event)})
        recorder.stop()
        if finished:
            recorder.write_documents(SAID, summary(agent, seconds))
    return directory


def summary(agent: str, seconds: float) -> dict[str, object]:
    """Return a summary with what a list shows of it."""
    turn = {
        "caller_start": TURN.caller_start,
        "caller_end": TURN.caller_end,
        "agent_start": TURN.agent_start,
        "latency": TURN.latency,
        "overlapped": TURN.overlapped,
    }
    return {
        "schema": RECORD_VERSION,
        "event": "summary",
        "agent_id": agent,
        "reason": "hung_up",
        "duration": seconds,
        "mean_latency": 0.5,
        "turns": [turn],
    }


def _sounds(seconds: int) -> Iterator[tuple[int, Party, Pcm]]:
    for tick in range(seconds * 50):
        at = tick * TICK_SAMPLES
        sound = tone(400, at, TICK_SAMPLES, SAMPLE_RATE, 0.5)
        silence = np.zeros(TICK_SAMPLES, np.int16)
        yield at, Party.CALLER, sound if tick < 50 else silence
        yield at, Party.AGENT, sound if 75 <= tick < 100 else silence
