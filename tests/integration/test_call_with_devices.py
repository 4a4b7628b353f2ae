"""``aicall call`` with the microphone and speaker of a real PulseAudio."""

import os
import sys
from pathlib import Path

import numpy as np

from aicall_cli.audio.level import rms
from aicall_cli.exit_status import ExitStatus
from tests.support.pulse import PulseServer
from tests.support.pulse import pulse as pulse
from tests.support.terminal import Terminal

_SPEECH = Path(__file__).parents[2] / "recordings" / "samples" / "goforward.wav"
_FIRST_SECONDS = 40.0
_AUDIBLE = 0.01


def _variables(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "TERM": "xterm-256color",
        "AICALL_RECORD_DIR": str(folder / "recordings"),
        "AICALL_CONFIG": str(folder / "config.toml"),
    }


def _start(terminal: Terminal, folder: Path, *options: str) -> None:
    command = [sys.executable, "-m", "aicall_cli", "call", "--agent-id=assistant", *options]
    terminal.start(command, env=_variables(folder), cwd=folder)
    terminal.wait_for("connected", _FIRST_SECONDS)
    terminal.wait_for("you are heard")


def test_speech_into_the_microphone_is_answered_by_the_speaker(
    pulse: PulseServer, tmp_path: Path
) -> None:
    with Terminal() as terminal, pulse.recording() as speaker:
        _start(terminal, tmp_path, "--no-3a")
        pulse.play(_SPEECH)
        terminal.wait_for("go forward ten meters")
        terminal.wait_for("agent ▸ You said: go forward ten meters.")
        terminal.wait_for("listening")
        heard = speaker.pcm
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
        terminal.assert_as_before()
    # The agent's answer lasts about two seconds; a tenth of one must be loud.
    blocks = heard[: len(heard) // 960 * 960].reshape(-1, 960)
    assert np.count_nonzero([rms(block) > _AUDIBLE for block in blocks]) > 25


def test_devices_that_go_away_come_back_into_the_call(pulse: PulseServer, tmp_path: Path) -> None:
    with Terminal() as terminal:
        _start(terminal, tmp_path, "--no-3a")
        pulse.remove_all()
        terminal.wait_for("nothing is sent")
        terminal.watch(2.0)
        assert "connected" in terminal.screen
        pulse.restore_all()
        terminal.wait_for("is heard again")
        pulse.play(_SPEECH)
        terminal.wait_for("go forward ten")
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
        terminal.assert_as_before()


def test_devices_that_are_named_once_are_remembered(pulse: PulseServer, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aicall_cli", "call", "--agent-id=echo", "--no-3a"]
    config = tmp_path / "config.toml"
    with Terminal() as terminal:
        named = [*command, "--input-device=pulse", "--output-device=pulse"]
        terminal.start(named, env=_variables(tmp_path), cwd=tmp_path)
        terminal.wait_for("you are heard", _FIRST_SECONDS)
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
    assert config.read_text() == 'input_device = "pulse"\noutput_device = "pulse"\n'
    config.write_text('input_device = "gone today"\noutput_device = "pulse"\n')
    with Terminal() as terminal:
        terminal.start(command, env=_variables(tmp_path), cwd=tmp_path)
        terminal.wait_for("you are heard", _FIRST_SECONDS)
        terminal.press("q")
        assert terminal.finish() == ExitStatus.OK
        assert "there is no input device gone today: the system's default" in terminal.screen
    with Terminal() as terminal:
        terminal.start([*command, "--input-device=gone"], env=_variables(tmp_path), cwd=tmp_path)
        assert terminal.finish(_FIRST_SECONDS) == ExitStatus.DEVICE
    assert "gone today" in config.read_text(), "what was never opened is not remembered"


def test_without_any_device_the_call_is_refused_with_status_7(
    pulse: PulseServer, tmp_path: Path
) -> None:
    pulse.stop()
    with Terminal() as terminal:
        command = [sys.executable, "-m", "aicall_cli", "call", "--agent-id=echo", "--no-3a"]
        terminal.start(command, env=_variables(tmp_path), cwd=tmp_path)
        assert terminal.finish(_FIRST_SECONDS) == ExitStatus.DEVICE
        terminal.assert_as_before()
