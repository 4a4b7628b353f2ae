import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from pathlib import Path

import pytest

from aicall_cli.cli import doctor_job
from aicall_cli.cli.checks.finding import Finding, State
from aicall_cli.cli.doctor_job import wanted_devices
from aicall_cli.cli.environment import Environment
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Runner

ORDER = ["python", "terminal", "clock", "keyboard", "timer", "webrtc", "portaudio"]


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> dict[str, State]:
    """Let each check find what stands here of its subject, OK by default."""
    states: dict[str, State] = {}

    def found(subject: str) -> Finding:
        return Finding(subject, states.get(subject, State.OK), "looked at")

    def several(subject: str) -> object:
        def check(_: Environment) -> Iterator[Finding]:
            yield found(subject)

        return check

    def one(subject: str) -> object:
        async def check(*_: object) -> Finding:
            return found(subject)

        return check

    async def sound(
        thread: DeviceThread, wanted: Mapping[Direction, str], *, listen: bool
    ) -> AsyncGenerator[Finding, None]:
        yield Finding("portaudio", states.get("portaudio", State.OK), f"{wanted} {listen}")

    monkeypatch.setattr(doctor_job, "check_installation", several("python"))
    monkeypatch.setattr(doctor_job, "check_terminal", several("terminal"))
    monkeypatch.setattr(doctor_job, "check_clock", lambda: found("clock"))
    monkeypatch.setattr(doctor_job, "check_keyboard", one("keyboard"))
    monkeypatch.setattr(doctor_job, "check_timer", one("timer"))
    monkeypatch.setattr(doctor_job, "check_loopback", one("webrtc"))
    monkeypatch.setattr(doctor_job, "check_sound", sound)
    return states


@pytest.mark.usefixtures("states")
def test_everything_is_looked_at(run: Runner) -> None:
    done = run("doctor")
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert [line.split()[1] for line in done.lines] == ORDER
    found = [json.loads(line) for line in run("doctor", "--json", "--no-listen").lines]
    assert [finding["subject"] for finding in found] == ORDER
    assert found[-1]["message"] == "{} False"


@pytest.mark.parametrize("subject", ORDER)
@pytest.mark.parametrize(
    ("state", "status"),
    [(State.NOTE, ExitStatus.OK), (State.BROKEN, ExitStatus.CHECK_FAILED)],
)
def test_what_is_broken_is_1(
    run: Runner, states: dict[str, State], subject: str, state: State, status: ExitStatus
) -> None:
    states[subject] = state
    assert run("doctor").status == status


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("input_device = 'USB'", {Direction.INPUT: "USB"}),
        ("output_device = '2'", {Direction.OUTPUT: "2"}),
        ("voice = \n", {}),
    ],
)
def test_the_devices_are_the_settings(
    tmp_path: Path, text: str, wanted: dict[Direction, str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    assert wanted_devices(Environment(variables={"AICALL_CONFIG": str(path)})) == wanted
