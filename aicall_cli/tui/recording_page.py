"""One recording for a person to read: who and when, how loud both sides were, what was said."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.latency import Turn
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.recording.stored_call import StoredCall
from aicall_cli.text import escape
from aicall_cli.tui.figure_rows import ABSENT, REASONS, Mark, Row, row_text, turn_row
from aicall_cli.tui.gauges import clock_time, meter
from aicall_cli.tui.line_text import label, words

MIN_WAVEFORM: Final = 10
MAX_WAVEFORM: Final = 120
"""Columns of a waveform; more of them tell no more."""
UNFINISHED: Final = "unfinished"


def waveform_columns(width: int) -> int:
    """Return how many columns a waveform may have on a page of ``width`` cells."""
    return min(max(width - len(row_text(Row("", ""))), MIN_WAVEFORM), MAX_WAVEFORM)


def ending(call: StoredCall) -> str:
    """Return why the call ended, in words, or that it did not."""
    if not call.finished:
        return UNFINISHED
    known = {reason.value: words for reason, words in REASONS.items()}
    return known.get(call.reason or "", escape(call.reason or ABSENT))


def recording_page(
    call: StoredCall,
    loudness: tuple[Sequence[int], Sequence[int]],
    entries: Sequence[TranscriptEntry],
    turns: Sequence[Turn],
) -> list[Text]:
    """Return the page's lines; ``loudness`` has the columns of both sides, 0 to 255."""
    parts = [_heading(call), _waveform(call, loudness), _transcript(entries), _turns(turns)]
    page: list[Text] = []
    for part in parts:
        if part and page:
            page.append(Text())
        page += part
    return page


def _heading(call: StoredCall) -> list[Text]:
    length = ABSENT if call.duration is None else f"{call.duration:.1f} s"
    mark = Mark.PLAIN if call.finished and call.reason in _GOOD else Mark.POOR
    return [
        row_text(Row("recording", escape(call.name))),
        row_text(Row("agent", escape(call.agent))),
        row_text(Row("began", f"{call.began:%Y-%m-%d %H:%M:%S}")),
        row_text(Row("call", f"{length}, {ending(call)}", mark)),
    ]


_GOOD: Final = (EndReason.HUNG_UP.value, EndReason.AGENT_LEFT.value)


def _waveform(call: StoredCall, loudness: tuple[Sequence[int], Sequence[int]]) -> list[Text]:
    caller, agent = loudness
    if not caller:
        return []
    end = clock_time(call.duration or 0.0)
    axis = f"0:00{end:>{max(len(caller) - 4, len(end) + 1)}}"
    return [
        Text.assemble(row_text(Row("you", "")), meter(caller, len(caller))),
        Text.assemble(row_text(Row("agent", "")), meter(agent, len(agent))),
        Text.assemble(row_text(Row("", "")), (axis, "dim")),
    ]


def _transcript(entries: Sequence[TranscriptEntry]) -> list[Text]:
    times = [clock_time(max(entry.started, 0.0)) for entry in entries]
    width = max(map(len, times), default=0)
    return [
        Text.assemble((f"{time:>{width}}  ", "dim"), label(entry.source), words(entry))
        for time, entry in zip(times, entries, strict=True)
    ]


def _turns(turns: Sequence[Turn]) -> list[Text]:
    return [row_text(turn_row(number, turn)) for number, turn in enumerate(turns, start=1)]
