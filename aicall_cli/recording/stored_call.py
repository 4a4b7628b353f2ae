"""One recording on the disk, read back: when, with whom, how long, what was said.

A call that was cut short, by a crash or a full disk, has no ``summary.json``; what it has of
audio and events is read all the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from aicall_cli.engine.latency import MAX_TURNS, Turn
from aicall_cli.engine.transcript import Transcript, TranscriptEntry
from aicall_cli.errors import RemoteProtocolError, SourceError
from aicall_cli.recording.files import EVENTS_NAME
from aicall_cli.recording.stored_audio import StoredAudio, part_paths
from aicall_cli.recording.stored_documents import read_summary, read_transcript
from aicall_cli.recording.stored_events import read_events, read_turn, transcript_event

NAME: Final = re.compile(r"(\d{8}-\d{6})-(.+)-([0-9a-f]{6})", re.ASCII)
"""Time, agent and short id, as ``store.create_recording`` writes them."""


@dataclass(frozen=True, slots=True)
class StoredCall:
    """What a recording's name and summary say; its contents are read when they are asked for."""

    directory: Path
    short_id: str
    began: datetime
    """Local time, without a zone."""
    agent: str
    duration: float | None
    """In seconds; None where neither summary nor audio tells."""
    finished: bool
    """False: the call is still going on, or was cut short."""
    reason: str | None
    """Why it ended, as the summary has it."""
    mean_latency: float | None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.directory.name

    def audio(self) -> StoredAudio:
        """Return its audio; raise SourceError where that cannot be read."""
        return StoredAudio(self.directory)

    def transcript(self) -> Sequence[TranscriptEntry]:
        """Return what was said, from the transcript or, without one, from the events."""
        entries = read_transcript(self.directory)
        return _transcript_of_events(self.directory) if entries is None else entries

    def turns(self) -> Sequence[Turn]:
        """Return its turns, from the summary or, without one, from the events."""
        summary = read_summary(self.directory)
        return _turns_of_events(self.directory) if summary is None else summary.turns


def read_stored_call(directory: Path) -> StoredCall | None:
    """Return the recording in ``directory``; None where that is no recording."""
    named = NAME.fullmatch(directory.name)
    if named is None or directory.is_symlink() or not _has_recording(directory):
        return None
    try:
        began = datetime.strptime(named[1], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - the name has none
    except ValueError:
        return None
    summary = read_summary(directory)
    return StoredCall(
        directory=directory,
        short_id=named[3],
        began=began,
        agent=summary.agent_id if summary else named[2],
        duration=summary.duration if summary else _audio_seconds(directory),
        finished=summary is not None,
        reason=summary.reason if summary else None,
        mean_latency=summary.mean_latency if summary else None,
    )


def _has_recording(directory: Path) -> bool:
    return bool(part_paths(directory)) or (directory / EVENTS_NAME).is_file()


def _audio_seconds(directory: Path) -> float | None:
    try:
        return StoredAudio(directory).seconds
    except SourceError:
        return None


def _transcript_of_events(directory: Path) -> Sequence[TranscriptEntry]:
    transcript = Transcript()
    for stored in read_events(directory):
        try:
            event = transcript_event(stored)
        except RemoteProtocolError:
            continue
        if event is not None:
            transcript.apply(event, stored.at)
    return transcript.entries


def _turns_of_events(directory: Path) -> Sequence[Turn]:
    """Return the turns that were answered: only those are events."""
    turns: dict[float, Turn] = {}
    for stored in read_events(directory):
        if stored.name != "turn_measured" or len(turns) == MAX_TURNS:
            continue
        try:
            turn = read_turn(stored.fields.nested("turn"))
        except RemoteProtocolError:
            continue
        turns[turn.caller_start] = turn
    return tuple(turns.values())
