import os
import sys
from pathlib import Path

import pytest

from aicall_cli.cli.environment import Environment


def test_by_default_it_is_the_process_s_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AICALL_TEST", "here")
    environment = Environment()
    assert environment.stdout is sys.stdout
    assert environment.stderr is sys.stderr
    assert environment.variables is os.environ
    assert environment.variables["AICALL_TEST"] == "here"
    assert environment.folder == tmp_path
    assert not environment.debug


def test_a_working_folder_that_was_removed_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert not (Environment().folder / "recordings").exists()
