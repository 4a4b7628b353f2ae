import json
import subprocess
import sys
from typing import Any

import pytest

from aicall_cli.devices import portaudio
from aicall_cli.devices.device_probe import describe, look_for_devices, main
from tests.support.fake_audio import BUILT_IN, FakeAudio


def answering(monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception) -> list[list[str]]:
    commands = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        if isinstance(answer, Exception):
            raise answer
        return subprocess.CompletedProcess(command, 0, answer)

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_a_description_is_what_json_gives_back() -> None:
    assert describe(BUILT_IN) == ["Built-in Audio", "Fake", 2, 2, True, True]


def test_it_asks_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = answering(monkeypatch, b'[["Built-in Audio", "Fake", 2, 2, true, true]]')
    assert look_for_devices() == [describe(BUILT_IN)]
    assert commands == [[sys.executable, "-m", "aicall_cli.devices.device_probe"]]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{}",
        b"\xff",
        OSError("no process"),
        subprocess.TimeoutExpired("python", 5),
        subprocess.CalledProcessError(7, "python"),
    ],
)
def test_no_answer_is_none(monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception) -> None:
    answering(monkeypatch, answer)
    assert look_for_devices() is None


def test_what_the_process_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeAudio([BUILT_IN])
    monkeypatch.setattr(portaudio, "PortAudio", lambda: fake)
    main()
    assert json.loads(capsys.readouterr().out) == [describe(device) for device in fake.devices()]
    assert fake.closed
