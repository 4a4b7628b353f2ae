import pytest

from aicall_cli.cli import devices_job
from aicall_cli.cli.environment import Environment
from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Runner


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the job was asked to do; it does nothing."""
    calls: list[tuple[object, ...]] = []

    def run_list(_: Environment, *, as_json: bool) -> int:
        calls.append(("list", as_json))
        return ExitStatus.OK

    def run_test(
        _: Environment, microphone: str | None, speaker: str | None, *, as_json: bool
    ) -> int:
        calls.append(("test", microphone, speaker, as_json))
        return ExitStatus.CHECK_FAILED

    monkeypatch.setattr(devices_job, "run_list", run_list)
    monkeypatch.setattr(devices_job, "run_test", run_test)
    return calls


def test_it_lists(run: Runner, asked: list[tuple[object, ...]]) -> None:
    assert run("devices").status == 0
    assert run("devices", "--json").status == 0
    assert asked == [("list", False), ("list", True)]


def test_it_tests_the_systems_devices(run: Runner, asked: list[tuple[object, ...]]) -> None:
    assert run("devices", "--test").status == 1
    assert asked == [("test", None, None, False)]


def test_devices_of_the_test_are_options_variables_or_settings(
    run: Runner, asked: list[tuple[object, ...]]
) -> None:
    run.write('input_device = "USB"\noutput_device = "USB"\n')
    variables = {"AICALL_OUTPUT_DEVICE": "Monitor"}
    run("devices", "--test", "--json", "--input-device", "3", variables=variables)
    run("devices", "--test", "--input-device", "3")
    run("devices", "--test")
    assert asked == [
        ("test", "3", "Monitor", True),
        ("test", "3", "USB", False),
        ("test", "USB", "USB", False),
    ]


def test_help_has_examples(run: Runner) -> None:
    done = run("devices", "--help")
    assert done.status == 0
