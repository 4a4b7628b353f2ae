"""The measures of a call from a room are taken; what they find is not asserted."""

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main


def test_a_quick_call_from_a_room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "report.json"
    names = ["talk-key", "interrupt-key", "answer", "interface"]
    assert main([*names, "--quick", "--output", str(output)]) == 0
    report = json.loads(output.read_text())
    assert report["failures"] == {}
    talk, interrupt, answer, interface = (outcome["ours"] for outcome in report["outcomes"])
    assert talk > 0
    assert interrupt >= 0
    assert answer > 400, "the agent waits for the end of speech"
    assert 0 < interface < 100
    assert "talk key" in capsys.readouterr().out
