from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from aicall_cli.engine.enums import Party
from aicall_cli.engine.latency import Turn
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.recording.stored_call import StoredCall
from aicall_cli.tui.recording_page import ending, recording_page, waveform_columns
from tests.tui.terminal import Terminal

CALL = StoredCall(
    directory=Path("kept/20250309-070502-echo-0a1b2c"),
    short_id="0a1b2c",
    began=datetime(2025, 3, 9, 7, 5, 2),  # noqa: DTZ001 - local time
    agent="echo",
    duration=75.04,
    finished=True,
    reason="hung_up",
    mean_latency=0.5,
)
SAID = (
    TranscriptEntry(Party.CALLER, 1, "go forward", 1.2, 2.0, final=True, interrupted=False),
    TranscriptEntry(Party.AGENT, 1, "Going\x1b[2J", 62.0, 63.0, final=True, interrupted=True),
)
TURNS = (
    Turn(0.0, 1.0, 1.464, 0.464, overlapped=False),
    Turn(2.0, 3.0, None, None, overlapped=False),
)
LOUDNESS = ((0, 90, 180, 255) * 3, (0,) * 12)


def test_the_whole_page() -> None:
    terminal = Terminal(width=80)
    for line in recording_page(CALL, LOUDNESS, SAID, TURNS):
        terminal.console.print(line, soft_wrap=True)
    assert terminal.lines == [
        "recording   20250309-070502-echo-0a1b2c",
        "agent       echo",
        "began       2025-03-09 07:05:02",
        "call        75.0 s, hung up",
        "",
        "you         ▁▃▆█▁▃▆█▁▃▆█",
        "agent       ▁▁▁▁▁▁▁▁▁▁▁▁",
        "            0:00    1:15",
        "",
        "0:01  you   ▸ go forward",
        "1:02  agent ▸ Going\\x1b[2J (interrupted)",
        "",
        "turn 1      464 ms from end of speech to answer",
        "turn 2      – (no answer)",
    ]


def test_what_is_not_there_takes_no_room() -> None:
    page = [line.plain for line in recording_page(CALL, ((), ()), (), ())]
    assert page == [
        "recording   20250309-070502-echo-0a1b2c",
        "agent       echo",
        "began       2025-03-09 07:05:02",
        "call        75.0 s, hung up",
    ]


@pytest.mark.parametrize(
    ("call", "line", "marked"),
    [
        (CALL, "call        75.0 s, hung up", False),
        (replace(CALL, reason="connection_lost"), "call        75.0 s, connection lost", True),
        (replace(CALL, finished=False, reason=None), "call        75.0 s, unfinished", True),
        (replace(CALL, duration=None), "call        –, hung up", False),
    ],
)
def test_a_call_that_did_not_end_well_is_marked(call: StoredCall, line: str, marked: bool) -> None:
    text = recording_page(call, ((), ()), (), ())[3]
    assert text.plain == line
    assert any(span.style == "yellow" for span in text.spans) == marked


@pytest.mark.parametrize(
    ("reason", "words"), [("timeout", "out of time"), ("x\x1by", "x\\x1by"), (None, "–")]
)
def test_why_it_ended_is_harmless(reason: str | None, words: str) -> None:
    assert ending(replace(CALL, reason=reason)) == words


@pytest.mark.parametrize(("width", "columns"), [(20, 10), (80, 68), (60, 48), (400, 120)])
def test_a_waveform_fits_the_page(width: int, columns: int) -> None:
    assert waveform_columns(width) == columns


@pytest.mark.parametrize("columns", [1, 5, 9, 12])
def test_the_axis_is_readable_however_short_it_is(columns: int) -> None:
    page = recording_page(CALL, ((9,) * columns, (9,) * columns), (), ())
    assert page[7].plain.split() == ["0:00", "1:15"]
