"""A transcript as JSON, plain text, SubRip (``.srt``) and WebVTT (``.vtt``).

Times are seconds from the beginning of the call, as in ``call.wav``: the caller's are those of
its voice where that was measured (``engine.transcript``). What was said is the peer's text: in the
formats that people read it is one line without control characters, and in subtitles nothing
of it is markup (W3C WebVTT §6.4: ``&``, ``<`` and the arrow ``-->`` are escaped).
"""

from collections.abc import Callable, Mapping, Sequence

from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.recording.json_text import json_text
from aicall_cli.text import escape

SCHEMA = 1
"""Version of ``transcript.json``; it grows when a field changes its meaning or goes."""
SHORTEST_CUE = 0.5
"""Seconds that a subtitle is shown at least, however short the entry was."""

_SPEAKERS = {Party.CALLER: "Caller", Party.AGENT: "Agent"}


def to_json(entries: Sequence[TranscriptEntry]) -> str:
    """Return every field of every entry, and the schema version."""
    items = [
        {
            "source": entry.source.value,
            "sentence_id": entry.sentence_id,
            "text": entry.text,
            "started": entry.started,
            "ended": entry.ended,
            "final": entry.final,
            "interrupted": entry.interrupted,
        }
        for entry in entries
    ]
    return json_text({"schema": SCHEMA, "entries": items}, indent=2) + "\n"


def to_text(entries: Sequence[TranscriptEntry]) -> str:
    """Return one line an entry: when it began, who spoke, what was said."""
    return "".join(
        f"[{_timestamp(entry.started, '.')}] {_SPEAKERS[entry.source]}: {_line(entry)}\n"
        for entry in entries
    )


def to_srt(entries: Sequence[TranscriptEntry]) -> str:
    """Return numbered cues; the speaker stands before the text."""
    return "".join(
        f"{number}\n{_span(entry, ',')}\n{_SPEAKERS[entry.source]}: {_cue_text(entry)}\n\n"
        for number, entry in enumerate(_in_order(entries), start=1)
    )


def to_vtt(entries: Sequence[TranscriptEntry]) -> str:
    """Return cues with the speaker as their voice (``<v Caller>``)."""
    return "WEBVTT\n\n" + "".join(
        f"{_span(entry, '.')}\n<v {_SPEAKERS[entry.source]}>{_cue_text(entry)}</v>\n\n"
        for entry in _in_order(entries)
    )


WRITERS: Mapping[str, Callable[[Sequence[TranscriptEntry]], str]] = {
    "transcript.json": to_json,
    "transcript.txt": to_text,
    "transcript.srt": to_srt,
    "transcript.vtt": to_vtt,
}
"""Each transcript file's name and what it holds."""


def _in_order(entries: Sequence[TranscriptEntry]) -> list[TranscriptEntry]:
    return sorted(entries, key=lambda entry: entry.started)


def _line(entry: TranscriptEntry) -> str:
    # Never cut, whatever becomes an escape: the transcript bounds an entry's length.
    text = escape(entry.text, limit=10 * len(entry.text) + 1)
    return f"{text} [interrupted]" if entry.interrupted else text


def _cue_text(entry: TranscriptEntry) -> str:
    return _line(entry).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _span(entry: TranscriptEntry, point: str) -> str:
    start = max(entry.started, 0.0)
    end = max(entry.ended, start + SHORTEST_CUE)
    return f"{_timestamp(start, point)} --> {_timestamp(end, point)}"


def _timestamp(seconds: float, point: str) -> str:
    milliseconds = round(max(seconds, 0.0) * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, milliseconds = divmod(milliseconds, 1000)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}{point}{milliseconds:03d}"
