"""Signals in mid-call: the call is hung up, the recording is finished, then the status tells."""

import json
import os
import signal
import subprocess
import threading

import psutil
import pytest

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command, Finished, Running
from tests.integration.conftest import Server
from tests.recording.stereo_wav import read_stereo

LONG = ("push-file", "tone:300:60", "--agent-id", "echo", "--json")
ENDING = [
    (signal.SIGHUP, ExitStatus.HANGUP),
    (signal.SIGINT, ExitStatus.INTERRUPTED),
    (signal.SIGTERM, ExitStatus.TERMINATED),
]


def _is_hung_up(aicall: Command, done: Finished) -> None:
    assert done.err == ""
    assert done.summary["reason"] == "hung_up"
    assert done.summary["finished"] is False
    assert (done.summary["status"], done.summary["error"]) == (done.status, None)
    recording = aicall.recording
    samples = read_stereo(recording / "call.wav")
    assert 0 < len(samples) <= (done.summary["duration"] + 0.2) * 48_000
    summary = json.loads((recording / "summary.json").read_text())
    assert summary["duration"] == done.summary["duration"]
    assert {path.name for path in recording.iterdir()} == {
        "call.wav",
        "events.jsonl",
        "summary.json",
        *(f"transcript.{kind}" for kind in ("json", "txt", "srt", "vtt")),
    }


@pytest.mark.parametrize(("number", "status"), ENDING)
def test_a_signal_in_mid_call_hangs_up(
    aicall: Command, number: signal.Signals, status: ExitStatus
) -> None:
    running = aicall.start(*LONG)
    running.call()
    running.signal(number)
    done = running.finish()
    assert done.status == status
    _is_hung_up(aicall, done)


def test_ctrl_c_reaches_the_whole_group_and_still_hangs_up(aicall: Command) -> None:
    running = aicall.start(*LONG)
    running.call()
    os.killpg(running.process.pid, signal.SIGINT)
    done = running.finish()
    assert done.status == ExitStatus.INTERRUPTED
    _is_hung_up(aicall, done)


def test_a_second_ctrl_c_ends_at_once_and_keeps_the_recording(aicall: Command) -> None:
    # Python would mention to a developer what was not closed in time.
    running = aicall.start(*LONG, variables={"PYTHONWARNINGS": "ignore"})
    running.call()
    agent = running.agent
    agent.suspend()  # so that it takes a while to end it
    running.signal(signal.SIGINT)
    running.event("call_ended")
    running.signal(signal.SIGINT)
    done = running.finish()
    assert done.status == ExitStatus.INTERRUPTED
    assert done.err == ""
    assert len(read_stereo(aicall.recording / "call.wav")) > 0
    assert (aicall.recording / "summary.json").exists()


@pytest.mark.parametrize("after", [0.0, 0.1, 0.2, 0.4])
def test_ctrl_c_before_the_call_leaves_nothing(aicall: Command, after: float) -> None:
    running = aicall.start("push-file", "tone:300:60", "--agent-id", "echo", "--quiet")
    pause = threading.Event()
    while not psutil.Process(running.process.pid).children():
        pause.wait(0.01)
    pause.wait(after)
    running.signal(signal.SIGINT)
    done = running.finish()
    assert (done.status, done.out, done.err) == (ExitStatus.INTERRUPTED, "", "")


def test_a_call_that_waits_for_standard_input_is_hung_up(aicall: Command, server: Server) -> None:
    options = ("--rate", "16000", "--json", *server.options)
    running = aicall.start("push-file", "-", *options, stdin=subprocess.PIPE)
    running.stdin.write(bytes(32_000))
    running.stdin.flush()
    running.call()
    running.signal(signal.SIGTERM)
    assert running.finish().status == ExitStatus.TERMINATED


def test_ctrl_c_while_standard_input_has_said_nothing(aicall: Command, server: Server) -> None:
    running: Running = aicall.start("push-file", "-", *server.options, stdin=subprocess.PIPE)
    threading.Event().wait(1.0)
    running.signal(signal.SIGINT)
    done = running.finish()
    assert (done.status, done.out, done.err) == (ExitStatus.INTERRUPTED, "", "")


@pytest.mark.parametrize(("number", "status"), ENDING)
def test_a_signal_ends_the_server(
    aicall: Command, number: signal.Signals, status: ExitStatus
) -> None:
    running = aicall.start("serve", "--port", "0")
    running.line()
    running.signal(number)
    done = running.finish()
    assert (done.status, done.err) == (status, "")
