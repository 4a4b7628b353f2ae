"""``aicall devices`` as a person runs it."""

from pathlib import Path

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import GO_FORWARD, Command
from tests.integration.sound import loud_seconds
from tests.support.pulse import PulseServer

_NOT_INSTALLED = 'raise OSError("PortAudio library not found")\n'


def test_the_devices_of_this_machine(pulse: PulseServer, aicall: Command) -> None:
    shown = aicall.run("devices", variables=pulse.variables)
    assert shown.status == 0
    assert shown.err == ""
    (default,) = [line for line in shown.out.splitlines() if "default input and output" in line]
    assert "ALSA" in default
    listed = aicall.run("devices", "--json", variables=pulse.variables).records
    assert {"speaker", "microphone"} <= {device["name"] for device in listed}
    assert [device["name"] for device in listed if device["default_input"]] == ["default"]


def test_a_sentence_is_recorded_and_played_back(pulse: PulseServer, aicall: Command) -> None:
    with pulse.recording() as heard:
        running = aicall.start("devices", "--test", variables=pulse.variables)
        assert "say something" in running.line()
        pulse.play(GO_FORWARD)
        done = running.finish()
    assert done.status == 0, done
    assert "microphone  default: -" in done.out
    assert 0.5 < loud_seconds(heard.pcm) < 2.5
    assert done.err == ""


def test_silence_fails(pulse: PulseServer, aicall: Command) -> None:
    done = aicall.run("devices", "--test", "--json", variables=pulse.variables)
    assert done.status == ExitStatus.CHECK_FAILED
    assert done.summary["silent"] is True


def test_devices_that_are_not_there(pulse: PulseServer, aicall: Command) -> None:
    done = aicall.run("devices", "--test", "--input-device", "webcam", variables=pulse.variables)
    assert "no input device webcam" in done.complaint(ExitStatus.DEVICE)
    pulse.remove_all()
    done = aicall.run("devices", "--test", variables=pulse.variables)
    assert "default cannot be used" in done.complaint(ExitStatus.DEVICE)


def test_without_the_library(aicall: Command, tmp_path: Path) -> None:
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "sounddevice.py").write_text(_NOT_INSTALLED)
    path = f"{folder}:{aicall.variables()['PYTHONPATH']}"
    for arguments in (("devices",), ("devices", "--json"), ("devices", "--test")):
        done = aicall.run(*arguments, variables={"PYTHONPATH": path})
        complaint = done.complaint(ExitStatus.DEVICE)
        assert complaint.startswith("aicall: the PortAudio library is not installed\n")
        assert "apt install libportaudio2" in complaint
    # Everything that needs no device still works.
    push = ("push-file", GO_FORWARD, "--agent-id", "echo", "--wait-reply", "0")
    assert aicall.run(*push, variables={"PYTHONPATH": path}).status == 0
