"""Recordings as lists and pages for people, and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.cli.environment import Environment
from aicall_cli.recording.json_text import json_text
from aicall_cli.recording.stored_call import StoredCall
from aicall_cli.recording.waveform import waveform
from aicall_cli.tui.figure_rows import ABSENT, milliseconds
from aicall_cli.tui.gauges import clock_time
from aicall_cli.tui.line_output import LineOutput
from aicall_cli.tui.recording_page import (
    UNFINISHED,
    ending,
    recording_page,
    waveform_columns,
)

SCHEMA = 1
"""Version of the JSON objects; it grows when a field changes its meaning or goes."""
JSON_COLUMNS = 100
"""Columns of the waveform in JSON."""
_PLAIN_WIDTH = 80
_GAP = "  "


def print_list(calls: Sequence[StoredCall], environment: Environment) -> None:
    """Print name, length, ending and mean latency, a recording a line."""
    rows = [
        (
            call.name,
            ABSENT if call.duration is None else clock_time(call.duration),
            ending(call),
            "" if call.mean_latency is None else milliseconds(call.mean_latency),
        )
        for call in calls
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    lines = []
    for name, length, end, latency in rows:
        mark = "yellow" if end == UNFINISHED else ""
        lines.append(
            Text.assemble(
                f"{name:<{widths[0]}}{_GAP}{length:>{widths[1]}}{_GAP}",
                (f"{end:<{widths[2]}}", mark),
                f"{_GAP}{latency:>{widths[3]}}",
            )
        )
    _print(lines, environment)


def print_list_json(calls: Sequence[StoredCall], environment: Environment) -> None:
    """Print one JSON object a line, a recording each."""
    output = LineOutput(environment.stdout)
    for call in calls:
        output.line(json_text(_object(call)))


def print_recording(call: StoredCall, environment: Environment) -> None:
    """Print one recording as a page, as wide as the terminal allows."""
    console = _console(environment)
    width = console.width if environment.stdout.isatty() else _PLAIN_WIDTH
    loudness = _loudness(call, waveform_columns(width))
    _print(recording_page(call, loudness, call.transcript(), call.turns()), environment)


def print_recording_json(call: StoredCall, environment: Environment) -> None:
    """Print one recording as one JSON object: times in seconds, loudness from 0 to 255."""
    caller, agent = _loudness(call, JSON_COLUMNS)
    document = {
        **_object(call),
        "transcript": [asdict(entry) for entry in call.transcript()],
        "turns": [asdict(turn) for turn in call.turns()],
        "waveform": {"caller": caller, "agent": agent},
    }
    LineOutput(environment.stdout).line(json_text(document))


def _object(call: StoredCall) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "name": call.name,
        "path": str(call.directory),
        "agent_id": call.agent,
        "began": call.began.isoformat(),
        "duration": call.duration,
        "finished": call.finished,
        "reason": call.reason,
        "mean_latency": call.mean_latency,
    }


def _loudness(call: StoredCall, columns: int) -> tuple[Sequence[int], Sequence[int]]:
    audio = call.audio()
    columns = min(columns, audio.samples // TICK_SAMPLES)
    return waveform(audio.blocks(), audio.samples, columns) if columns else ((), ())


def _print(lines: Sequence[Text], environment: Environment) -> None:
    """Print lines with their colours on a terminal, and plainly elsewhere."""
    console = _console(environment)
    output = LineOutput(environment.stdout)
    for line in lines:
        if environment.stdout.isatty() and console.encoding.startswith("utf"):
            console.print(line, soft_wrap=True)
        else:
            output.line(line.plain.rstrip())


def _console(environment: Environment) -> Console:
    return Console(
        file=environment.stdout,
        markup=False,
        highlight=False,
        emoji=False,
        _environ=environment.variables,
    )
