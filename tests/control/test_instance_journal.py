import stat
import subprocess
import sys
from pathlib import Path

import pytest

from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.control.instance_journal import InstanceJournal, RunningInstance

ONE = RunningInstance("instance-1", CloudEndpoint.of("cn-shanghai", None))
TWO = RunningInstance("instance-2", CloudEndpoint.of("cn-beijing", "http://127.0.0.1:8765"))

_KILLED = """
import os, signal, sys
from pathlib import Path
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.control.instance_journal import InstanceJournal, RunningInstance
endpoint = CloudEndpoint.of("cn-shanghai", None)
InstanceJournal(Path(sys.argv[1])).enter(RunningInstance("instance-1", endpoint))
os.kill(os.getpid(), signal.SIGKILL)
"""


def left(folder: Path) -> list[RunningInstance]:
    """Return what commands that are gone have left, and leave it there."""
    found = []
    for entry in InstanceJournal(folder).left():
        found.append(entry.instance)
        entry.keep()
    return found


def test_an_agent_is_not_left_while_its_command_runs(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "instances"
    one, two = (InstanceJournal(folder).enter(it) for it in (ONE, TWO))
    assert left(folder) == []
    one.remove()
    two.keep()
    assert left(folder) == [TWO]
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_agent_is_left_by_a_command_that_was_killed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], check=False)
    (entry,) = InstanceJournal(tmp_path).left()
    assert entry.instance == ONE
    assert left(tmp_path) == [], "whoever found it has it"
    entry.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 4000,
        "\x00\xff",
        '{"instance_id": "x"}',
        '{"a": 1}',
        '{"instance_id": "x", "region": "Mars", "endpoint": null}',
        '{"instance_id": "x", "region": 5, "endpoint": null}',
        '{"instance_id": 5, "region": "cn-shanghai", "endpoint": null}',
        '{"instance_id": "x", "region": "cn-shanghai", "endpoint": "ftp://host"}',
        '{"instance_id": "x", "region": "cn-shanghai", "endpoint": ["http://host"]}',
    ],
)
def test_a_file_that_notes_nothing_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "1.json").write_bytes(text.encode("latin-1"))
    (tmp_path / "2.json").mkdir()
    InstanceJournal(tmp_path).enter(ONE).keep()
    assert left(tmp_path) == [ONE]
    assert (tmp_path / "1.json").exists()


def test_a_journal_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="Not a directory"):
        InstanceJournal(tmp_path / "file").enter(ONE)
    assert left(tmp_path / "nowhere") == []
