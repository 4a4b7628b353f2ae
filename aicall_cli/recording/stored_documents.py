"""``summary.json`` and ``transcript.json`` of a recording, read back.

Whoever wrote them, they are read like a peer's messages. What is missing or is not what it
should be is None: the audio and the events of the recording still tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aicall_cli.engine.enums import Party
from aicall_cli.engine.latency import MAX_TURNS, Turn
from aicall_cli.engine.transcript import MAX_ENTRIES, MAX_ENTRY_TEXT, TranscriptEntry
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.json_object import JsonObject, parse_object
from aicall_cli.recording.files import SUMMARY_NAME
from aicall_cli.recording.stored_events import optional_seconds, read_turn, seconds

MAX_BYTES: Final = 64 * 1024 * 1024
TRANSCRIPT_NAME: Final = "transcript.json"


@dataclass(frozen=True, slots=True)
class StoredSummary:
    """What a list of recordings shows of a summary; times in seconds."""

    agent_id: str
    reason: str | None
    duration: float | None
    mean_latency: float | None
    turns: Sequence[Turn]


def read_summary(directory: Path) -> StoredSummary | None:
    """Return the summary, or None where there is none that can be read."""
    try:
        summary = _document(directory / SUMMARY_NAME)
        return StoredSummary(
            agent_id=summary.text("agent_id"),
            reason=summary.text("reason", "") or None,
            duration=optional_seconds(summary, "duration"),
            mean_latency=optional_seconds(summary, "mean_latency"),
            turns=tuple(read_turn(_object(it)) for it in summary.items("turns", limit=MAX_TURNS)),
        )
    except (OSError, RemoteProtocolError):
        return None


def read_transcript(directory: Path) -> Sequence[TranscriptEntry] | None:
    """Return the transcript, or None where there is none that can be read."""
    try:
        items = _document(directory / TRANSCRIPT_NAME).items("entries", limit=MAX_ENTRIES)
        return tuple(_entry(_object(item)) for item in items)
    except (OSError, RemoteProtocolError):
        return None


def _document(path: Path) -> JsonObject:
    with path.open("rb") as file:
        return parse_object(file.read(MAX_BYTES + 1), name=path.name, limit=MAX_BYTES)


def _object(item: Any) -> JsonObject:
    if not isinstance(item, dict):
        raise RemoteProtocolError(f"an item is not an object but of type {type(item).__name__}")
    return JsonObject(item, "an item")


def _entry(item: JsonObject) -> TranscriptEntry:
    source = item.text("source")
    if source not in tuple(Party):
        raise RemoteProtocolError("nobody of that name speaks in a call")
    return TranscriptEntry(
        source=Party(source),
        sentence_id=item.integer("sentence_id"),
        text=item.text("text", limit=MAX_ENTRY_TEXT),
        started=seconds(item, "started"),
        ended=seconds(item, "ended"),
        final=item.boolean("final"),
        interrupted=item.boolean("interrupted"),
    )
