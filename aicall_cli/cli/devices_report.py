"""Devices and their test, for people and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

import numpy as np
from rich.cells import cell_len
from rich.live import Live
from rich.text import Text

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import SILENCE_DBFS, dbfs, peak, volume
from aicall_cli.cli.environment import Environment
from aicall_cli.devices.audio_device import AudioDevice
from aicall_cli.recording.json_text import json_text
from aicall_cli.text import escape
from aicall_cli.tui.figure_rows import milliseconds
from aicall_cli.tui.gauges import meter
from aicall_cli.tui.line_output import LineOutput
from aicall_cli.tui.terminal_console import terminal_console

SCHEMA = 1
"""Version of the JSON objects; it grows when a field changes its meaning or goes."""
_GAP = "  "
_HEAD = ("", "name", "in", "out", "rate", "host API", "")
_PROMPT = "recording: say something"
_METER_WIDTH = 40
_METER_SAMPLES = SAMPLE_RATE // 15
"""Audio of one bar of the meter: 15 bars a second."""


@dataclass(frozen=True, slots=True)
class SoundTest:
    """What was seen of a microphone and a speaker; rates in Hz, latencies in seconds."""

    microphone: str
    microphone_rate: int
    capture_latency: float | None
    peak_dbfs: float
    speaker: str
    speaker_rate: int
    playback_latency: float

    @property
    def silent(self) -> bool:
        """Whether the microphone gave nothing at all, which no room is silent enough for."""
        return self.peak_dbfs <= SILENCE_DBFS


def print_devices(devices: Sequence[AudioDevice], environment: Environment) -> None:
    """Print a table: index, name, channels in and out, rate, host API, and the defaults."""
    output = LineOutput(environment.stdout)
    if not devices:
        output.line("no audio devices; files still work: aicall push-file FILE")
        return
    rows = [_HEAD, *map(_row, devices)]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        cells = [_aligned(cell, width) for cell, width in zip(row, widths, strict=True)]
        output.line(_GAP.join(cells).rstrip())


def print_devices_json(devices: Sequence[AudioDevice], environment: Environment) -> None:
    """Print one JSON object a line, a device each."""
    output = LineOutput(environment.stdout)
    for device in devices:
        document = {
            "schema": SCHEMA,
            "index": device.index,
            "name": device.name,
            "host_api": device.host_api,
            "input_channels": device.input_channels,
            "output_channels": device.output_channels,
            "sample_rate": device.default_sample_rate,
            "default_input": device.is_default_input,
            "default_output": device.is_default_output,
        }
        output.line(json_text(document))


def print_sound_test(test: SoundTest, environment: Environment) -> None:
    """Print what was seen of both devices, and what to do about silence."""
    output = LineOutput(environment.stdout)
    level = "silence" if test.silent else f"{test.peak_dbfs:.0f} dBFS at most"
    output.line(
        f"microphone  {escape(test.microphone)}: {level}, {_rate(test.microphone_rate)}, "
        f"{milliseconds(test.capture_latency)} from sound to program"
    )
    output.line(
        f"speaker     {escape(test.speaker)}: {_rate(test.speaker_rate)}, "
        f"{milliseconds(test.playback_latency)} from program to sound"
    )
    if test.silent:
        output.line(
            "nothing was heard: switch the microphone on, allow this terminal to use it in the "
            "system's privacy settings, or choose another one with --input-device"
        )


def print_sound_test_json(test: SoundTest, environment: Environment) -> None:
    """Print what was seen as one JSON object."""
    LineOutput(environment.stdout).line(
        json_text({"schema": SCHEMA, **asdict(test), "silent": test.silent})
    )


class LevelMeter:
    """Shows what is recorded, from the first piece of it: a picture on a terminal, else a line."""

    def __init__(self, environment: Environment) -> None:
        console = terminal_console(environment.stdout, environment.variables)
        self._live = Live(console=console, auto_refresh=False, transient=True) if console else None
        self._output = LineOutput(environment.stdout)
        self._volumes: list[int] = []
        self._latest: list[Pcm] = []
        self._begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def hear(self, pcm: Pcm) -> None:
        """Show the next piece of what is recorded."""
        if not self._begun:
            self._begun = True
            self._begin()
        self._latest.append(pcm)
        if self._live is not None and sum(map(len, self._latest)) >= _METER_SAMPLES:
            heard = np.concatenate(self._latest)
            self._latest.clear()
            self._volumes.append(volume(heard))
            bars = meter(self._volumes, _METER_WIDTH)
            level = f"{_GAP}{dbfs(peak(heard)):4.0f} dBFS"
            self._live.update(Text.assemble(_PROMPT, _GAP, bars, level), refresh=True)

    def _begin(self) -> None:
        if self._live is not None:
            self._live.start()
        else:
            self._output.line(_PROMPT)


def _row(device: AudioDevice) -> tuple[str, ...]:
    kinds = [
        name
        for name, default in (
            ("input", device.is_default_input),
            ("output", device.is_default_output),
        )
        if default
    ]
    return (
        str(device.index),
        escape(device.name),
        str(device.input_channels),
        str(device.output_channels),
        _rate(device.default_sample_rate),
        escape(device.host_api),
        f"default {' and '.join(kinds)}" if kinds else "",
    )


def _aligned(cell: str, width: int) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if cell.isdecimal() else cell + space


def _rate(hertz: float) -> str:
    return f"{hertz / 1000:g} kHz"
