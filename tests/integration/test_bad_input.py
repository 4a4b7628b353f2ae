"""Inputs that cannot be read: one sentence, status 8, no call, nothing left behind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import GO_FORWARD, Command
from tests.integration.conftest import Server
from tests.recording.stereo_wav import read_stereo
from tests.support.media_files import encode, encode_video, sine, wav_bytes

assert sys.platform != "win32"

NOBODY = ("--server", "ws://127.0.0.1:1", "--agent-id", "echo")
"""An input that cannot be read is found before anybody is called."""


def _directory(path: Path) -> None:
    path.mkdir()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("This is not a WAV file, whatever its name says.\n" * 50)


def _video(path: Path) -> None:
    encode_video(path)


def _damaged_in_the_middle(path: Path) -> None:
    encode(path, "mp3", "libmp3lame", sine(300, 16_000, 2).reshape(-1, 1), 16_000, "mono")
    data = path.read_bytes()
    third = len(data) // 3
    noise = np.random.default_rng(1).bytes(third)
    path.write_bytes(data[:third] + noise + data[2 * third :])


UNREADABLE: list[tuple[Callable[[Path], None], str, str]] = [
    (_directory, "question.wav", "is a directory"),
    (_empty, "question.wav", "is empty"),
    (_text, "question.wav", "is damaged or not audio of a known kind"),
    (_video, "question.mp4", "holds no audio track"),
]


def test_an_input_that_cannot_be_read_is_8(aicall: Command) -> None:
    for number, (make, _, _) in enumerate(UNREADABLE):
        make(aicall.home / f"{number}-{UNREADABLE[number][1]}")
    names = [f"{number}-{name}" for number, (_, name, _) in enumerate(UNREADABLE)]
    runs = [aicall.start("push-file", name, *NOBODY) for name in names]
    for run, name, (_, _, said) in zip(runs, names, UNREADABLE, strict=True):
        done = run.finish()
        assert f"{name} {said}" in done.complaint(ExitStatus.UNREADABLE_INPUT)
        assert done.out == ""
    assert aicall.recorded_nothing


def test_the_agent_that_was_started_for_it_is_ended(aicall: Command) -> None:
    done = aicall.run("push-file", "missing.wav", "--agent-id", "echo")
    assert "there is no file missing.wav" in done.complaint(ExitStatus.UNREADABLE_INPUT)
    assert aicall.recorded_nothing


@pytest.fixture
def unreadable() -> Iterator[Path]:
    """Return a folder that anybody may enter, with a file in it that only its owner may read."""
    made = subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True)
    folder = Path(made.stdout.strip())
    try:
        folder.chmod(0o755)
        shutil.copy(GO_FORWARD, folder / "secret.wav")
        (folder / "secret.wav").chmod(0)
        yield folder / "secret.wav"
    finally:
        shutil.rmtree(folder)


def test_a_file_that_may_not_be_read_is_8(aicall: Command, unreadable: Path) -> None:
    # Root may read everything, unless it gives that right away.
    wrapper = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")
    done = aicall.run(
        "push-file", unreadable, *NOBODY, wrapper=wrapper if os.geteuid() == 0 else ()
    )
    assert f"{unreadable} may not be read" in done.complaint(ExitStatus.UNREADABLE_INPUT)


def test_an_input_that_turns_out_damaged_in_mid_call_is_8_and_the_call_is_kept(
    aicall: Command, server: Server
) -> None:
    _damaged_in_the_middle(aicall.home / "question.mp3")
    done = aicall.run("push-file", "question.mp3", *server.recorded, "--json")
    complaint = done.complaint(ExitStatus.UNREADABLE_INPUT)
    assert complaint.startswith("aicall: question.mp3 is damaged after ")
    assert done.summary["reason"] == "hung_up"
    assert done.summary["finished"] is False
    assert done.summary["status"] == done.status
    assert done.summary["error"] in done.err
    assert done.summary["pushes"]["pushed"] > 0
    assert len(read_stereo(aicall.recording / "call.wav")) > 0


# --- what is there is pushed, and what is not is told --------------------------------------


def _truncated(path: Path) -> None:
    path.write_bytes(GO_FORWARD.read_bytes()[:40_000])


def _promises_more(path: Path) -> None:
    path.write_bytes(wav_bytes(sine(300, 16_000, 0.5).tobytes(), data_size=3_000_000_000))


def _half_a_sample(path: Path) -> None:
    path.write_bytes(wav_bytes(sine(300, 16_000, 0.5).tobytes() + b"\1", data_size=0xFFFFFFFF))


SUSPECT: list[tuple[Callable[[Path], None], str, int]] = [
    (_truncated, "is cut off: its header promises 2.79 s", 63),
    (_promises_more, "is cut off: its header promises", 25),
    (_half_a_sample, "ends in the middle of a sample", 25),
]


def test_what_there_is_of_a_wav_is_pushed_with_a_warning(aicall: Command, server: Server) -> None:
    calls = []
    for make, _, _ in SUSPECT:
        path = aicall.home / f"suspect{make.__name__}.wav"
        make(path)
        options = (*server.options, "--wait-reply", "0", "--json")
        calls.append(aicall.start("push-file", path.name, *options))
    for call, (_, said, frames) in zip(calls, SUSPECT, strict=True):
        done = call.finish()
        complaint = done.complaint(ExitStatus.OK)
        assert complaint.startswith("aicall: warning: suspect_")
        assert said in complaint
        assert done.summary["finished"]
        assert done.summary["pushes"]["pushed"] == frames


def test_an_odd_number_of_bytes_of_raw_samples_is_a_warning(
    aicall: Command, server: Server
) -> None:
    (aicall.home / "odd.pcm").write_bytes(sine(300, 8_000, 0.5).tobytes() + b"\1")
    options = ("--rate", "8000", "--wait-reply", "0", "--json")
    done = aicall.run("push-file", "odd.pcm", *options, *server.options)
    assert "its last byte was left out" in done.complaint(ExitStatus.OK)
    assert done.summary["pushes"]["pushed"] == 25


def test_less_than_one_raw_sample_is_8(aicall: Command) -> None:
    (aicall.home / "one.pcm").write_bytes(b"\1")
    done = aicall.run("push-file", "one.pcm", "--rate", "8000", *NOBODY)
    assert "holds no audio" in done.complaint(ExitStatus.UNREADABLE_INPUT)
