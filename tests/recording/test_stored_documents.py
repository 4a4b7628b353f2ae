import json
from pathlib import Path
from typing import Any

import pytest

from aicall_cli.recording.stored_documents import (
    StoredSummary,
    read_summary,
    read_transcript,
)
from tests.recording.kept_calls import SAID, TURN, keep_call


def _changed(path: Path, **fields: object) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, **fields}), encoding="utf-8")


def test_both_documents_are_read_back(tmp_path: Path) -> None:
    directory = keep_call(tmp_path)
    assert read_summary(directory) == StoredSummary("echo", "hung_up", 3.0, 0.5, (TURN,))
    assert read_transcript(directory) == SAID


def test_without_documents_there_is_none(tmp_path: Path) -> None:
    assert read_summary(tmp_path) is None
    assert read_transcript(tmp_path) is None


def test_absent_figures_are_none(tmp_path: Path) -> None:
    directory = keep_call(tmp_path)
    _changed(directory / "summary.json", reason=None, duration=None, mean_latency=None, turns=[])
    assert read_summary(directory) == StoredSummary("echo", None, None, None, ())


@pytest.mark.parametrize(
    "fields",
    [
        {"agent_id": None},
        {"agent_id": 5},
        {"duration": "long"},
        {"turns": 5},
        {"turns": [5]},
        {"turns": [{"caller_start": 0}]},
    ],
)
def test_a_summary_that_is_none_counts_as_missing(tmp_path: Path, fields: dict[str, Any]) -> None:
    directory = keep_call(tmp_path)
    _changed(directory / "summary.json", **fields)
    assert read_summary(directory) is None


@pytest.mark.parametrize(
    "entries",
    [
        5,
        [5],
        [{}],
        [{"source": "stranger"}],
        [{"source": "agent", "sentence_id": 1, "text": "x", "started": "now"}],
    ],
)
def test_a_transcript_that_is_none_counts_as_missing(tmp_path: Path, entries: object) -> None:
    directory = keep_call(tmp_path)
    _changed(directory / "transcript.json", entries=entries)
    assert read_transcript(directory) is None


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"{" * 100_000])
def test_what_is_no_json_counts_as_missing(tmp_path: Path, data: bytes) -> None:
    for name in ("summary.json", "transcript.json"):
        (tmp_path / name).write_bytes(data)
    assert read_summary(tmp_path) is None
    assert read_transcript(tmp_path) is None
