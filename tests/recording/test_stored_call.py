import json
from datetime import datetime
from pathlib import Path

import pytest

from aicall_cli.recording.stored_call import read_stored_call
from tests.recording.kept_calls import SAID, TURN, keep_call


def test_a_finished_call_is_read_back(tmp_path: Path) -> None:
    directory = keep_call(tmp_path, agent="script:order.toml")
    call = read_stored_call(directory)
    assert call is not None
    assert call.name == directory.name == "20250309-070502-script-order.toml-0a1b2c"
    assert call.short_id == "0a1b2c"
    assert call.began == datetime(2025, 3, 9, 7, 5, 2)  # noqa: DTZ001 - local time
    assert call.agent == "script:order.toml"
    assert (call.duration, call.finished, call.reason) == (3.0, True, "hung_up")
    assert call.mean_latency == 0.5
    assert call.transcript() == SAID
    assert call.turns() == (TURN,)
    assert call.audio().seconds == 3.0


def test_an_unfinished_call_is_read_from_audio_and_events(tmp_path: Path) -> None:
    call = read_stored_call(keep_call(tmp_path, finished=False))
    assert call is not None
    assert (call.agent, call.duration, call.finished) == ("echo", 3.0, False)
    assert (call.reason, call.mean_latency) == (None, None)
    assert call.transcript() == SAID
    assert call.turns() == (TURN,)


def test_what_is_wrong_in_the_events_is_passed_over(tmp_path: Path) -> None:
    directory = keep_call(tmp_path, finished=False)
    wrong = [
        {"t": 1, "event": "user_subtitle_received", "text": 5},
        {"t": 1, "event": "turn_measured", "turn": 5},
        {"t": 1, "event": "turn_measured", "turn": {}},
    ]
    with (directory / "events.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in wrong)
    call = read_stored_call(directory)
    assert call is not None
    assert call.transcript() == SAID
    assert call.turns() == (TURN,)


def test_a_turn_that_was_measured_again_counts_once(tmp_path: Path) -> None:
    directory = keep_call(tmp_path, finished=False)
    turn = {"caller_start": 0.0, "caller_end": 1.0, "overlapped": True}
    with (directory / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"t": 2, "event": "turn_measured", "turn": turn}) + "\n")
    call = read_stored_call(directory)
    assert call is not None
    assert [turn.overlapped for turn in call.turns()] == [True]


def test_audio_that_cannot_be_read_leaves_the_length_open(tmp_path: Path) -> None:
    directory = keep_call(tmp_path, finished=False)
    (directory / "call.wav").write_bytes(b"broken")
    call = read_stored_call(directory)
    assert call is not None
    assert call.duration is None


@pytest.mark.parametrize("kept", ["call.wav", "events.jsonl"])
def test_either_of_its_files_makes_a_recording(tmp_path: Path, kept: str) -> None:
    directory = keep_call(tmp_path)
    for path in directory.iterdir():
        if path.name != kept:
            path.unlink()
    assert read_stored_call(directory) is not None
    (directory / kept).unlink()
    assert read_stored_call(directory) is None


@pytest.mark.parametrize(
    "name", ["samples", "20250309-070502-echo", "20251399-070502-echo-0a1b2c", "x-echo-0a1b2c"]
)
def test_another_name_is_no_recording(tmp_path: Path, name: str) -> None:
    directory = keep_call(tmp_path).rename(tmp_path / name)
    assert read_stored_call(directory) is None


def test_a_link_is_no_recording(tmp_path: Path) -> None:
    directory = keep_call(tmp_path)
    link = tmp_path / "20250309-070502-echo-ffffff"
    link.symlink_to(directory)
    assert read_stored_call(link) is None
