from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.events import record
from aicall_cli.errors import RemoteProtocolError, SourceError
from aicall_cli.recording.json_text import json_text
from aicall_cli.recording.stored_events import (
    MAX_LINE,
    StoredEvent,
    read_events,
    read_turn,
    transcript_event,
)
from tests.recording.kept_calls import EVENTS, TURN, keep_call


def _events(directory: Path, text: str | bytes) -> list[StoredEvent]:
    data = text if isinstance(text, bytes) else text.encode()
    (directory / "events.jsonl").write_bytes(data)
    return list(read_events(directory))


def test_every_event_is_read_back(tmp_path: Path) -> None:
    stored = list(read_events(keep_call(tmp_path)))
    assert [(it.at, it.name) for it in stored] == [
        (at, record(event)["event"]) for at, event in EVENTS
    ]
    (turn,) = [it for it in stored if it.name == "turn_measured"]
    assert read_turn(turn.fields.nested("turn")) == TURN


def test_what_a_transcript_is_made_of_is_as_it_was(tmp_path: Path) -> None:
    read = [transcript_event(it) for it in read_events(keep_call(tmp_path))]
    names = ("DataChannelOpened", "TurnMeasured", "CallEnded")
    wanted = [None if type(event).__name__ in names else event for _, event in EVENTS]
    assert read == wanted


def test_no_log_has_no_events(tmp_path: Path) -> None:
    assert list(read_events(tmp_path)) == []


def test_a_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").mkdir()
    with pytest.raises(SourceError, match=r"events\.jsonl cannot be read \(Is a directory\)"):
        list(read_events(tmp_path))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no JSON",
        "[]",
        '{"event": "call_ended"}',
        '{"t": 1}',
        '{"t": "1", "event": "call_ended"}',
        '{"t": true, "event": "call_ended"}',
        '{"t": 1e300, "event": "call_ended"}',
        '{"t": 1, "event": 5}',
        "x" * (MAX_LINE + 10),
    ],
)
def test_a_line_that_is_no_event_is_passed_over(tmp_path: Path, line: str) -> None:
    good = json_text({"t": 1, "event": "data_channel_opened"})
    stored = _events(tmp_path, f"{line}\n{good}\n")
    assert [it.name for it in stored] == ["data_channel_opened"]


def test_a_line_that_is_half_there_is_passed_over(tmp_path: Path) -> None:
    assert _events(tmp_path, '{"t": 1, "event": "call_ended"}') == []


@pytest.mark.parametrize(
    "text",
    [
        '{"event": "agent_state_changed", "state": "asleep"}',
        '{"event": "agent_state_changed"}',
        '{"event": "agent_subtitle_received", "text": 5}',
        '{"event": "user_subtitle_received", "text": "x", "end": "no"}',
        '{"event": "speaking_interrupted", "reason": null}',
    ],
)
def test_an_event_with_other_fields_is_refused(tmp_path: Path, text: str) -> None:
    (stored,) = _events(tmp_path, text[:-1] + ', "t": 1}\n')
    with pytest.raises(RemoteProtocolError):
        transcript_event(stored)


@given(data=st.binary(max_size=200))
def test_any_file_is_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    for stored in _events(tmp_path_factory.mktemp("any"), data):
        assert stored.name
