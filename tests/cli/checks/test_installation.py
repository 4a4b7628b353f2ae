from collections import namedtuple
from pathlib import Path

import pytest

from aicall_cli.cli.checks import installation
from aicall_cli.cli.checks.finding import Finding, State
from aicall_cli.cli.checks.installation import (
    check_codec,
    check_extras,
    check_installation,
    check_packages,
    check_python,
    check_recordings,
    check_settings,
)
from aicall_cli.cli.environment import Environment

_Usage = namedtuple("_Usage", "total used free")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(variables={"AICALL_CONFIG": str(tmp_path / "config.toml")}, folder=tmp_path)


def test_all_of_it_is_looked_at(environment: Environment) -> None:
    assert [finding.subject for finding in check_installation(environment)] == [
        "python",
        "packages",
        "extra agent",
        "extra aec",
        "extra keyring",
        "extra aicallkit",
        "codec",
        "settings",
        "recordings",
    ]


def test_python_and_packages_are_told_with_their_versions() -> None:
    python, packages = check_python(), check_packages()
    assert python.state is packages.state is State.OK
    assert str(python.figures["version"]) in python.message
    assert f"aiortc {packages.figures['aiortc']}" in packages.message


def test_a_package_that_is_missing_breaks_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_NEEDED", {"aiortc": "aiortc", "ghost": "no_such_module"})
    finding = check_packages()
    assert (finding.state, finding.message) == (State.BROKEN, "not installed: ghost")
    assert finding.figures["ghost"] is None
    assert "pip install" in (finding.advice or "")


@pytest.mark.parametrize("installed", [True, False])
def test_an_extra_that_is_missing_is_a_note(
    monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    for extra in ("agent_extra", "aec_extra", "keyring", "aicallkit_extra"):
        name = f"{extra}_available"
        monkeypatch.setattr(installation, name, lambda: installed)
    findings = list(check_extras())
    assert {finding.state for finding in findings} == {State.OK if installed else State.NOTE}
    for finding in findings:
        extra = finding.subject.removeprefix("extra ")
        wanted = None if installed else f"'aicall-cli[{extra}]'"
        assert (finding.advice is None) == (wanted is None)
        assert (wanted or "") in (finding.advice or "")


@pytest.mark.parametrize(("libopus", "state"), [(True, State.OK), (False, State.NOTE)])
def test_the_codec_is_told(monkeypatch: pytest.MonkeyPatch, libopus: bool, state: State) -> None:
    monkeypatch.setattr(installation, "opus_available", lambda: libopus)
    assert check_codec().state is state


def test_settings_are_read_and_looked_at(environment: Environment, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert "not there" in check_settings(environment).message
    path.write_text("voice = 'de'\n", encoding="utf-8")
    path.chmod(0o600)
    assert check_settings(environment) == Finding(
        "settings", State.OK, str(path), figures={"path": str(path), "exists": True}
    )


def test_settings_that_others_can_read_are_a_note(environment: Environment, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.touch()
    path.chmod(0o644)
    finding = check_settings(environment)
    assert (finding.state, finding.advice) == (State.NOTE, f"chmod 600 {path}")


def test_settings_that_are_broken_break_calls(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("voice = \ntoken = 'hunter2'\n", encoding="utf-8")
    finding = check_settings(environment)
    assert finding.state is State.BROKEN
    assert "in line 1" in finding.message
    assert finding.advice
    assert "hunter2" not in repr(finding)
    # And the folder of recordings is the one without them.
    assert check_recordings(environment).state is State.OK


def test_the_folder_of_recordings_may_have_to_be_made(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"record_dir = '{tmp_path}/a/b'", encoding="utf-8")
    environment = Environment(
        variables={"AICALL_CONFIG": str(tmp_path / "config.toml")}, folder=tmp_path
    )
    finding = check_recordings(environment)
    assert finding.state is State.OK
    assert finding.figures["path"] == f"{tmp_path}/a/b"
    assert "GB free" in finding.message


def test_a_folder_that_cannot_be_written_is_a_note(
    environment: Environment, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    environment.variables = {**environment.variables, "AICALL_RECORD_DIR": f"{tmp_path}/file/x"}
    finding = check_recordings(environment)
    assert finding.state is State.NOTE
    assert "nothing can be written" in finding.message
    assert "--record-dir" in (finding.advice or "")


def test_little_room_is_a_note(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(10**12, 10**12, 5 * 10**8))
    finding = check_recordings(environment)
    assert finding.state is State.NOTE
    assert "0.5 GB free" in finding.message
    assert "make room" in (finding.advice or "")
