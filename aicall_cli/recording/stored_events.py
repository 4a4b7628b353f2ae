"""``events.jsonl`` of a recording, read back: also of a call that never came to its end.

The file may be anything by the time it is read: a line that is no event is passed over, the
last one may be half there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, TypeVar

from aicall_cli.engine.enums import AgentState, InterruptedReason, VoiceprintResult
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    Event,
    SpeakingInterrupted,
    UserSubtitleReceived,
)
from aicall_cli.engine.latency import Turn
from aicall_cli.errors import RemoteProtocolError, SourceError
from aicall_cli.protocol.json_object import JsonObject, parse_object
from aicall_cli.recording.files import EVENTS_NAME

MAX_LINE: Final = 1024 * 1024
"""Bytes of one line; what is longer is no event."""
MAX_SECONDS: Final = 10.0**9

_Named = TypeVar("_Named", bound=Enum)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One line: when it happened, in seconds since the call began, and what."""

    at: float
    name: str
    fields: JsonObject


def read_events(directory: Path) -> Iterator[StoredEvent]:
    """Yield the events of a recording, none where there is no event log; raise SourceError."""
    path = directory / EVENTS_NAME
    try:
        with path.open("rb") as file:
            while line := file.readline(MAX_LINE):
                event = _event(line)
                if event is not None:
                    yield event
    except FileNotFoundError:
        return
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror})") from error


def transcript_event(stored: StoredEvent) -> Event | None:
    """Return the event if it is one that a transcript is made of, as it was then.

    Raises RemoteProtocolError where its fields are not those of such an event.
    """
    make = _READERS.get(stored.name)
    return make(stored.fields) if make is not None else None


def read_turn(fields: JsonObject) -> Turn:
    """Read a turn; raise RemoteProtocolError where it is none."""
    return Turn(
        caller_start=seconds(fields, "caller_start"),
        caller_end=seconds(fields, "caller_end"),
        agent_start=optional_seconds(fields, "agent_start"),
        latency=optional_seconds(fields, "latency"),
        overlapped=fields.boolean("overlapped"),
    )


def seconds(fields: JsonObject, key: str) -> float:
    """Return a time; raise RemoteProtocolError where there is none."""
    value = optional_seconds(fields, key)
    if value is None:
        raise RemoteProtocolError(f"{EVENTS_NAME}: {key} is missing")
    return value


def optional_seconds(fields: JsonObject, key: str) -> float | None:
    """Return a time, None where it is absent; raise RemoteProtocolError for what is none."""
    value = fields.raw(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > MAX_SECONDS:
        raise RemoteProtocolError(f"{EVENTS_NAME}: {key} is no time")
    return float(value)


def _event(line: bytes) -> StoredEvent | None:
    if not line.endswith(b"\n"):
        return None
    try:
        fields = parse_object(line, name=EVENTS_NAME, limit=MAX_LINE)
        return StoredEvent(seconds(fields, "t"), fields.text("event"), fields)
    except RemoteProtocolError:
        return None


def _agent_state(fields: JsonObject) -> Event:
    return AgentStateChanged(_member(AgentState, fields, "state"))


def _interrupted(fields: JsonObject) -> Event:
    return SpeakingInterrupted(_member(InterruptedReason, fields, "reason"))


def _user_subtitle(fields: JsonObject) -> Event:
    voiceprint = fields.integer("voiceprint", VoiceprintResult.UNKNOWN.value)
    return UserSubtitleReceived(
        fields.text("text", limit=MAX_LINE),
        fields.boolean("end"),
        fields.integer("sentence_id"),
        voiceprint,
    )


def _agent_subtitle(fields: JsonObject) -> Event:
    return AgentSubtitleReceived(
        fields.text("text", limit=MAX_LINE), fields.boolean("end"), fields.integer("sentence_id")
    )


_READERS: Final[Mapping[str, Callable[[JsonObject], Event]]] = {
    "agent_state_changed": _agent_state,
    "agent_subtitle_received": _agent_subtitle,
    "speaking_interrupted": _interrupted,
    "user_subtitle_received": _user_subtitle,
}


def _member(kind: type[_Named], fields: JsonObject, key: str) -> _Named:
    name = fields.text(key)
    for member in kind:
        if member.name.lower() == name:
            return member
    raise RemoteProtocolError(f"{EVENTS_NAME}: there is no such {key}")
