import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aicall_cli.client import call_recording
from aicall_cli.client.call_recording import CallRecording, event_records
from aicall_cli.engine.enums import AgentState, Party
from aicall_cli.engine.events import AgentStateChanged, VoiceVolumeChanged, WarningRaised
from aicall_cli.errors import RecordingError
from aicall_cli.session.feed import Feed
from aicall_cli.session.session import Session
from tests.support.fake_backend import SILENCE, virtual_clock


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_an_event_is_a_line_with_schema_and_time() -> None:
    feed = Feed()
    listener = feed.listen()
    feed.publish(1.23456, AgentStateChanged(AgentState.SPEAKING))
    feed.close()
    assert [line async for line in event_records(listener)] == [
        {"schema": 1, "t": 1.2346, "event": "agent_state_changed", "state": "speaking"}
    ]


async def test_volumes_are_no_lines() -> None:
    feed = Feed()
    listener = feed.listen()
    for volume in (120, 0):
        feed.publish(0.5, VoiceVolumeChanged(Party.AGENT, volume))
    feed.publish(0.5, WarningRaised("mind the gap"))
    feed.close()
    assert [line["event"] async for line in event_records(listener)] == ["warning_raised"]


async def test_a_session_is_recorded_from_its_attachment_to_its_end(tmp_path: Path) -> None:
    session = Session(virtual_clock)
    recording = await CallRecording.create(tmp_path, "echo")
    listener = recording.attach(session)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(recording.log_events(listener))
        session.feed.publish(0.5, WarningRaised("mind the gap"))
        session.feed.close()
    for tap in session._taps:
        tap.caller(SILENCE, 0)
    await recording.finish(session, {"schema": 1})
    folder = recording.directory
    assert folder.parent == tmp_path
    assert {"call.wav", "events.jsonl", "summary.json", "transcript.txt"} <= files(folder)
    line = json.loads((folder / "events.jsonl").read_text())
    assert (line["t"], line["message"]) == (0.5, "mind the gap")
    assert json.loads((folder / "summary.json").read_text()) == {"schema": 1}
    assert recording.failure is None


async def test_a_discarded_recording_leaves_nothing(tmp_path: Path) -> None:
    recording = await CallRecording.create(tmp_path, "echo")
    assert files(recording.directory)
    await recording.discard()
    assert files(tmp_path) == set()


@pytest.mark.real_time
async def test_a_recording_whose_making_is_cancelled_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def at_once() -> datetime:
        task.cancel()
        return datetime(2026, 1, 31, tzinfo=UTC)

    monkeypatch.setattr(call_recording, "wall_time", at_once)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(CallRecording.create(tmp_path, "echo"))
    assert task.cancelled()
    assert files(tmp_path) == set()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(RecordingError, match="taken"):
        await CallRecording.create(tmp_path / "taken", "echo")
