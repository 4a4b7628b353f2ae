"""What a call leaves behind: where it is kept, what is in it, and what a full disk does."""

import json
import stat
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.integration.conftest import Server
from tests.integration.namespaces import needs_namespaces, small_disk
from tests.integration.scripts import script
from tests.recording.stereo_wav import read_stereo

BRIEF = ("push-file", "tone:300:0.3", "--wait-reply", "0", "--quiet")
NOBODY = ("--server", "ws://127.0.0.1:1", "--agent-id", "echo")
"""Where a recording cannot begin, nobody is called."""


def _onset(channel: Pcm) -> float:
    """Return the second in which a channel is first loud."""
    return float(np.argmax(np.abs(channel) > 1000)) / SAMPLE_RATE


def test_both_sides_are_on_one_time_axis(aicall: Command, server: Server) -> None:
    done = aicall.run(
        "push-file", "tone:300:1", *server.recorded, "--json", "--lead-silence", "0.5"
    )
    assert (done.status, done.err) == (ExitStatus.OK, "")
    folder = aicall.recording
    assert done.summary["recording"] == str(folder)
    samples = read_stereo(folder / "call.wav")
    assert len(samples) / SAMPLE_RATE == pytest.approx(done.summary["duration"], abs=0.5)
    turn = done.summary["turns"][0]
    assert _onset(samples[:, 0]) == pytest.approx(turn["caller_start"], abs=0.2)
    assert _onset(samples[:, 1]) == pytest.approx(turn["agent_start"], abs=0.2)
    assert turn["agent_start"] > turn["caller_end"]

    summary = json.loads((folder / "summary.json").read_text())
    assert summary == {name: done.summary[name] for name in summary}
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert events == done.records[:-1]


def test_only_their_owner_reads_them(aicall: Command, server: Server) -> None:
    wrapper = ("sh", "-c", 'umask 000; exec "$@"', "sh")
    assert aicall.run(*BRIEF, *server.recorded, wrapper=wrapper).status == ExitStatus.OK
    folder = aicall.recording
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_the_transcript_has_what_both_said(aicall: Command) -> None:
    agent = script(
        aicall.home,
        'after = "utterance"\nuser_subtitle = "go forward"\nend = false',
        'delay_ms = 50\nuser_subtitle = "go forward ten meters"',
        'delay_ms = 50\nsubtitle = ["Going ", "forward ", "<now>."]',
        "delay_ms = 200\nleave = 2001",
    )
    done = aicall.run("push-file", "tone:300:0.4", "--ptt", "--agent-id", agent)
    assert (done.status, done.err) == (ExitStatus.OK, "")
    folder = aicall.recording
    entries = json.loads((folder / "transcript.json").read_text())["entries"]
    assert [(entry["source"], entry["text"]) for entry in entries] == [
        ("caller", "go forward ten meters"),
        ("agent", "Going forward <now>."),
    ]
    for kind in ("txt", "srt", "vtt"):
        text = (folder / f"transcript.{kind}").read_text()
        assert "go forward ten meters" in text
        assert "go forward\n" not in text
    for line in ("you   ▸ go forward ten meters", "agent ▸ Going forward <now>."):
        assert line in done.out.splitlines()


# --- where ---------------------------------------------------------------------------------


def _recorded(folder: Path) -> bool:
    return [path.name for path in folder.glob("*-echo-*/call.wav")] == ["call.wav"]


WHERE: list[tuple[Sequence[str], str, bool, str]] = [
    (("--record-dir", "asked/for"), "variable", True, "asked/for"),
    ((), "variable", True, "variable"),
    ((), "", True, "recordings"),
    ((), "", False, "data/aicall/recordings"),
]
"""Options, AICALL_RECORD_DIR, whether there is a folder ``recordings``; and what it comes to."""


def test_where_recordings_are_kept(tmp_path: Path, server: Server) -> None:
    with ExitStack() as stack:
        calls = []
        for number, (options, variable, local, _) in enumerate(WHERE):
            home = tmp_path / str(number)
            (home / "recordings" if local else home).mkdir(parents=True)
            command = stack.enter_context(closing(Command(home)))
            variables = {"AICALL_RECORD_DIR": variable}
            calls.append(
                (home, command.start(*BRIEF, *server.recorded, *options, variables=variables))
            )
        for (home, running), (_, _, _, expected) in zip(calls, WHERE, strict=True):
            done = running.finish()
            assert (done.status, done.out, done.err) == (ExitStatus.OK, "", "")
            assert _recorded(home / expected)
            assert len(list(home.rglob("call.wav"))) == 1


def test_nothing_is_recorded_where_nothing_is_wanted(aicall: Command, server: Server) -> None:
    done = aicall.run(*BRIEF, *server.options)
    assert done.status == ExitStatus.OK
    assert aicall.recorded_nothing
    assert not list(aicall.home.rglob("call.wav"))


# --- where it cannot be written ------------------------------------------------------------


def test_a_folder_that_is_a_file_is_10_before_anybody_is_called(
    aicall: Command,
) -> None:
    (aicall.home / "file").write_text("precious")
    command = ("push-file", "tone", *NOBODY, "--record-dir")
    for running in [aicall.start(*command, folder) for folder in ("file", "file/below")]:
        done = running.finish()
        complaint = done.complaint(ExitStatus.RECORDING)
        assert "file" in complaint
        assert "Not a directory" in complaint or "File exists" in complaint
        assert done.out == ""
    assert (aicall.home / "file").read_text() == "precious"


def test_a_folder_that_may_not_be_written_is_10(aicall: Command) -> None:
    done = aicall.run(*BRIEF, *NOBODY, "--record-dir", "/proc/recordings")
    assert "/proc/recordings" in done.complaint(ExitStatus.RECORDING)


@needs_namespaces
def test_a_disk_that_is_full_from_the_start_is_10(aicall: Command) -> None:
    disk, kept = aicall.home / "disk", aicall.home / "on-disk"
    disk.mkdir()
    kept.mkdir()
    fill = 'head -c 1000000 /dev/zero > "$0/filler" 2>/dev/null; exec "$@"'
    wrapper = (*small_disk(disk, "64k", kept), "sh", "-c", fill, str(disk))
    done = aicall.run(*BRIEF, *NOBODY, "--record-dir", disk, wrapper=wrapper)
    assert "No space left on device" in done.complaint(ExitStatus.RECORDING)
    (kept / "filler").unlink()
    assert list(kept.iterdir()) == []


@needs_namespaces
def test_a_disk_that_gets_full_in_mid_call_is_10_and_the_call_goes_on(
    aicall: Command, server: Server
) -> None:
    disk, kept = aicall.home / "disk", aicall.home / "on-disk"
    disk.mkdir()
    kept.mkdir()
    command = ("push-file", "tone:300:3", *server.recorded, "--wait-reply", "0", "--json")
    done = aicall.run(*command, "--record-dir", disk, wrapper=small_disk(disk, "300k", kept))
    complaint = done.complaint(ExitStatus.RECORDING)
    assert "No space left on device" in complaint
    assert done.summary["reason"] == "hung_up"
    assert done.summary["finished"]
    assert done.summary["pushes"]["pushed"] == 150
    (folder,) = kept.iterdir()
    assert SAMPLE_RATE < len(read_stereo(folder / "call.wav")) < 3 * SAMPLE_RATE
    assert not list(folder.glob("*.partial"))
