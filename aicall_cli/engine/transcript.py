"""What was said in a call, merged from the subtitles of both sides.

An entry is known by its side and sentence id. The caller's subtitles are cumulative and
replace the entry's text; the agent's come in pieces and are appended (AICallKit, and its
sample clients). A new entry is not created for empty text. A caller's subtitle that the
voiceprint says is somebody else's is dropped, and what was shown of it is taken back.
"""

from dataclasses import dataclass, replace
from typing import Final

from aicall_cli.engine.enums import AgentState, Party, VoiceprintResult
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    Event,
    SpeakingInterrupted,
    UserSubtitleReceived,
)

MAX_ENTRIES: Final = 10_000
MAX_ENTRY_TEXT: Final = 65_536
"""Characters of one entry; what an endless sentence has beyond them is cut and counted."""

_OTHER_VOICES: Final = (VoiceprintResult.UNDETECTED, VoiceprintResult.UNDETECTED_WITH_VAD)


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One sentence of one side; times in seconds, on the axis of ``Transcript.apply``."""

    source: Party
    sentence_id: int
    text: str
    started: float
    """When its first text came."""
    ended: float
    """When its last text came, or when it was interrupted."""
    final: bool
    """Nothing more is expected: its side said so, or it was interrupted."""
    interrupted: bool
    """The agent stopped before its end; it may have said less than the text."""


_Key = tuple[Party, int]


class Transcript:
    """The entries of one call, in the order in which they began."""

    def __init__(self) -> None:
        self._entries: dict[_Key, TranscriptEntry] = {}
        self._speaking: _Key | None = None
        self._dropped = 0
        self._cut = 0

    @property
    def entries(self) -> tuple[TranscriptEntry, ...]:
        """All entries, in the order in which they began."""
        return tuple(self._entries.values())

    @property
    def dropped(self) -> int:
        """Subtitles that found the transcript full (``MAX_ENTRIES``)."""
        return self._dropped

    @property
    def cut(self) -> int:
        """Characters that found their entry full (``MAX_ENTRY_TEXT``)."""
        return self._cut

    def apply(self, event: Event, at: float) -> TranscriptEntry | None:
        """Merge ``event``, which came ``at`` seconds; return the entry that it changed.

        Events that say nothing about what was said change nothing.
        """
        match event:
            case UserSubtitleReceived():
                return self._apply_user(event, at)
            case AgentSubtitleReceived():
                return self._apply_agent(event, at)
            case SpeakingInterrupted():
                return self._interrupt(at)
            case AgentStateChanged(AgentState.THINKING):
                # The answer before this one is over: an interruption that comes now, before
                # the next answer has text, is not about it.
                self._speaking = None
        return None

    def _apply_user(self, event: UserSubtitleReceived, at: float) -> TranscriptEntry | None:
        key = (Party.CALLER, event.sentence_id)
        if event.voiceprint in _OTHER_VOICES:
            self._entries.pop(key, None)
            return None
        return self._put(key, event.text, event.end, at)

    def _apply_agent(self, event: AgentSubtitleReceived, at: float) -> TranscriptEntry | None:
        key = (Party.AGENT, event.sentence_id)
        entry = self._entries.get(key)
        changed = self._put(key, entry.text + event.text if entry else event.text, event.end, at)
        if changed is not None:
            self._speaking = key
        return changed

    def _put(self, key: _Key, text: str, end: bool, at: float) -> TranscriptEntry | None:
        entry = self._entries.get(key)
        if entry is None and not text:
            return None
        if entry is None and len(self._entries) >= MAX_ENTRIES:
            self._dropped += 1
            return None
        self._cut += max(0, len(text) - MAX_ENTRY_TEXT)
        text = text[:MAX_ENTRY_TEXT]
        if entry is None:
            entry = TranscriptEntry(*key, text, at, at, end, interrupted=False)
        else:
            final = end or entry.interrupted
            entry = replace(entry, text=text, ended=at, final=final)
        self._entries[key] = entry
        return entry

    def _interrupt(self, at: float) -> TranscriptEntry | None:
        key, self._speaking = self._speaking, None
        if key is None:
            return None
        entry = replace(self._entries[key], ended=at, final=True, interrupted=True)
        self._entries[key] = entry
        return entry
