import io
import json
from collections.abc import Callable

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.audio.tone import tone
from aicall_cli.cli.devices_report import (
    LevelMeter,
    SoundTest,
    print_devices,
    print_devices_json,
    print_sound_test,
    print_sound_test_json,
)
from aicall_cli.cli.environment import Environment
from aicall_cli.devices.audio_device import AudioDevice
from tests.cli.run_command import Terminal

DEVICES = (
    AudioDevice(0, "Headset", "Core Audio", 1, 2, 44_100.0),
    AudioDevice(1, "内蔵マイク", "Core Audio", 2, 0, 48_000.0, is_default_input=True),
    AudioDevice(10, "Evil\x1b[2J", "Core Audio", 0, 2, 48_000.0, is_default_output=True),
)
HEARD = SoundTest("Headset", 44_100, 0.0123, -12.4, "Built-in Audio", 48_000, 0.0456)
SILENT = SoundTest("Headset", 44_100, None, -96.0, "Built-in Audio", 48_000, 0.0456)


def printed(show: Callable[[Environment], None]) -> list[str]:
    environment = Environment(stdout=io.StringIO(), variables={})
    show(environment)
    assert isinstance(environment.stdout, io.StringIO)
    return environment.stdout.getvalue().splitlines()


def test_a_table_of_any_names() -> None:
    assert printed(lambda environment: print_devices(DEVICES, environment)) == [
        "    name         in  out  rate      host API",
        " 0  Headset       1    2  44.1 kHz  Core Audio",
        " 1  内蔵マイク    2    0  48 kHz    Core Audio  default input",
        "10  Evil\\x1b[2J   0    2  48 kHz    Core Audio  default output",
    ]


def test_both_defaults_in_one() -> None:
    device = AudioDevice(0, "default", "ALSA", 32, 32, 44_100.0, True, True)
    lines = printed(lambda environment: print_devices([device], environment))
    assert lines[1].endswith("ALSA      default input and output")


def test_no_devices() -> None:
    (line,) = printed(lambda environment: print_devices([], environment))
    assert "no audio devices" in line
    assert printed(lambda environment: print_devices_json([], environment)) == []


def test_json_has_a_device_a_line() -> None:
    lines = printed(lambda environment: print_devices_json(DEVICES, environment))
    assert json.loads(lines[1]) == {
        "schema": 1,
        "index": 1,
        "name": "内蔵マイク",
        "host_api": "Core Audio",
        "input_channels": 2,
        "output_channels": 0,
        "sample_rate": 48_000.0,
        "default_input": True,
        "default_output": False,
    }
    assert "\x1b" not in lines[2]


def test_what_was_seen_in_the_test() -> None:
    assert printed(lambda environment: print_sound_test(HEARD, environment)) == [
        "microphone  Headset: -12 dBFS at most, 44.1 kHz, 12 ms from sound to program",
        "speaker     Built-in Audio: 48 kHz, 46 ms from program to sound",
    ]


def test_silence_has_an_advice() -> None:
    lines = printed(lambda environment: print_sound_test(SILENT, environment))
    assert lines[0] == "microphone  Headset: silence, 44.1 kHz, – from sound to program"
    assert "--input-device" in lines[2]


@pytest.mark.parametrize("test", [HEARD, SILENT])
def test_json_of_the_test(test: SoundTest) -> None:
    (line,) = printed(lambda environment: print_sound_test_json(test, environment))
    document = json.loads(line)
    assert document["silent"] is test.silent
    assert document["peak_dbfs"] == test.peak_dbfs
    assert document["capture_latency"] == test.capture_latency


def test_without_a_terminal_the_meter_is_one_line() -> None:
    def show(environment: Environment) -> None:
        with LevelMeter(environment) as meter:
            for _ in range(100):
                meter.hear(np.zeros(480, dtype=np.int16))

    assert printed(show) == ["recording: say something"]


def test_nothing_heard_is_nothing_shown() -> None:
    def show(environment: Environment) -> None:
        with LevelMeter(environment):
            pass

    assert printed(show) == []


class Utf8Terminal(Terminal):
    encoding = "utf-8"


@pytest.mark.parametrize("pieces", [0, 200])
def test_on_a_terminal_it_moves_and_is_gone_at_the_end(pieces: int) -> None:
    terminal = Utf8Terminal()
    environment = Environment(stdout=terminal, variables={"TERM": "xterm", "COLUMNS": "80"})
    with LevelMeter(environment) as meter:
        for piece in range(pieces):
            meter.hear(tone(440, piece * 480, 480, SAMPLE_RATE, 0.5))
    written = terminal.getvalue()
    assert ("-6 dBFS" in written) is (pieces > 0)
    assert ("█" in written or "▇" in written) is (pieces > 0)
