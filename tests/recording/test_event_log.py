from pathlib import Path

import pytest

from aicall_cli.private_file import create_private_file
from aicall_cli.recording.event_log import EventLog
from tests.recording.small_disk import SmallDisk


def test_each_line_is_on_the_disk_at_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(create_private_file(path))
    for number in range(3):
        log.append(f'{{"n": {number}}}')
        assert path.read_text().splitlines()[-1] == f'{{"n": {number}}}'
    log.close()
    assert path.read_text() == '{"n": 0}\n{"n": 1}\n{"n": 2}\n'


def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    log = EventLog(SmallDisk(room=25).create(tmp_path / "events.jsonl"))
    log.append('{"event": "a"}')
    with pytest.raises(OSError, match="No space"):
        log.append('{"event": "b"}')
    assert (tmp_path / "events.jsonl").stat().st_size == 25
    log.close()
    assert (tmp_path / "events.jsonl").read_text() == '{"event": "a"}\n'
