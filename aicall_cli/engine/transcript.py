"""What was said in a call, merged from the subtitles of both sides.

An entry is known by its side and sentence id. The caller's subtitles are cumulative and
replace the entry's text; the agent's come in pieces and are appended (AICallKit, and its
sample clients). A new entry is not created for empty text. A caller's subtitle that the
voiceprint says is somebody else's is dropped, and what was shown of it is taken back.

The agent's text comes as it is spoken; the caller's comes once it was recognised. Where the
caller's voice was measured, its entries have the times of the voice, so that they fit the
recording: from its onset or, in speech without a pause, the end of the entry before, to the
last of it once the text is final. A voice that cannot be that of the text (``MAX_BEHIND``,
``MAX_SPEECH``; nothing was said since the entry before, as with typed text) is passed over.
"""

import math
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

MAX_BEHIND: Final = 10.0
"""Seconds that a caller's text comes after its voice at most."""
MAX_SPEECH: Final = 60.0
"""Seconds of speech that a text is of at most, where it comes only when all is said."""
MORE_SPEECH: Final = 0.5
"""Seconds of voice after an entry that are more than the last of what it had."""

_OTHER_VOICES: Final = (VoiceprintResult.UNDETECTED, VoiceprintResult.UNDETECTED_WITH_VAD)


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One sentence of one side; times in seconds, on the axis of ``Transcript.apply``."""

    source: Party
    sentence_id: int
    text: str
    started: float
    """When the caller's voice began, where it was measured; else when the first text came."""
    ended: float
    """When the caller's voice ended, where it was measured and the text is final; else when
    its last text came, or when it was interrupted."""
    final: bool
    """Nothing more is expected: its side said so, or it was interrupted."""
    interrupted: bool
    """The agent stopped before its end; it may have said less than the text."""


@dataclass(frozen=True, slots=True)
class MeasuredVoice:
    """One side's latest speech as it is in its audio; seconds, on the axis of ``apply``."""

    onset: float
    last_voice_at: float


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

    def apply(
        self, event: Event, at: float, caller: MeasuredVoice | None = None
    ) -> TranscriptEntry | None:
        """Merge ``event``, which came ``at`` seconds; return the entry that it changed.

        ``caller`` is what the caller's voice did last, if that is known. Events that say
        nothing about what was said change nothing.
        """
        match event:
            case UserSubtitleReceived():
                return self._apply_user(event, at, caller)
            case AgentSubtitleReceived():
                return self._apply_agent(event, at)
            case SpeakingInterrupted():
                return self._interrupt(at)
            case AgentStateChanged(AgentState.THINKING):
                # The answer before this one is over: an interruption that comes now, before
                # the next answer has text, is not about it.
                self._speaking = None
        return None

    def _apply_user(
        self, event: UserSubtitleReceived, at: float, voice: MeasuredVoice | None
    ) -> TranscriptEntry | None:
        key = (Party.CALLER, event.sentence_id)
        if event.voiceprint in _OTHER_VOICES:
            self._entries.pop(key, None)
            return None
        began = at
        if voice is not None and key not in self._entries:
            began = self._spoken_since(voice, at, whole=event.end)
        changed = self._put(key, event.text, event.end, at)
        if changed is not None and voice is not None:
            changed = replace(changed, started=min(began, changed.started))
            if event.end and changed.started < voice.last_voice_at <= at <= _latest_text(voice):
                changed = replace(changed, ended=voice.last_voice_at)
            self._entries[key] = changed
        return changed

    def _spoken_since(self, voice: MeasuredVoice, at: float, *, whole: bool) -> float:
        """Return since when the caller says what now has its first text, or all of its text."""
        latest = next(reversed(self._entries.values()), None)
        said = (e.ended for e in reversed(self._entries.values()) if e.source is Party.CALLER)
        until = next(said, -math.inf)
        if voice.onset <= until and voice.last_voice_at < until + MORE_SPEECH:
            return at
        since = max(voice.onset, until, latest.started if latest else -math.inf)
        earliest = at - (MAX_SPEECH if whole else MAX_BEHIND)
        return since if earliest <= since and at <= _latest_text(voice) else at

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


def _latest_text(voice: MeasuredVoice) -> float:
    """Return until when a text may be that of ``voice``."""
    return voice.last_voice_at + MAX_BEHIND
