from pathlib import Path

import pytest

from tests.cli.run_command import Runner


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Runs commands with settings of their own."""
    return Runner(tmp_path, monkeypatch)
