"""Signals in mid-call: the call is hung up, the recording is finished, then the status tells."""

import json
import os
import signal
import subprocess
import sys
import threading

import psutil

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command, Finished, Running
from tests.integration.conftest import Server
from tests.recording.stereo_wav import read_stereo

assert sys.platform != "win32"

LONG = ("push-file", "tone:300:60", "--json")
HASTY = {"PYTHONWARNINGS": "ignore"}
"""Python would mention to a developer what was not closed in time."""
ENDING = [
    (signal.SIGHUP, ExitStatus.HANGUP),
    (signal.SIGINT, ExitStatus.INTERRUPTED),
    (signal.SIGTERM, ExitStatus.TERMINATED),
]


def _is_hung_up(done: Finished) -> None:
    assert done.err == ""
    assert done.summary["reason"] == "hung_up"
    assert done.summary["finished"] is False
    assert (done.summary["status"], done.summary["error"]) == (done.status, None)
    recording = done.recording
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


def test_a_signal_in_mid_call_hangs_up(aicall: Command, server: Server) -> None:
    calls = [aicall.start(*LONG, *server.recorded) for _ in ENDING]
    for running, (number, _) in zip(calls, ENDING, strict=True):
        running.call()
        running.signal(number)
    for running, (_, status) in zip(calls, ENDING, strict=True):
        done = running.finish()
        assert done.status == status
        _is_hung_up(done)


def test_ctrl_c_reaches_the_whole_group_and_still_hangs_up(aicall: Command) -> None:
    running = aicall.start(*LONG, "--agent-id", "echo")
    running.call()
    os.killpg(running.process.pid, signal.SIGINT)
    done = running.finish()
    assert done.status == ExitStatus.INTERRUPTED
    _is_hung_up(done)


def test_a_second_ctrl_c_ends_at_once_and_keeps_the_recording(aicall: Command) -> None:
    running = aicall.start(*LONG, "--agent-id", "echo", variables=HASTY)
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


def test_ctrl_c_before_the_call_leaves_nothing(aicall: Command) -> None:
    pause = threading.Event()
    started = []
    for after in (0.0, 0.1, 0.2, 0.4):
        command = ("push-file", "tone:300:60", "--agent-id", "echo", "--quiet")
        running = aicall.start(*command, variables=HASTY)
        started.append(running)
        while not psutil.Process(running.process.pid).children():
            pause.wait(0.01)
        pause.wait(after)
        running.signal(signal.SIGINT)
    for running in started:
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


def test_a_signal_ends_the_server(aicall: Command) -> None:
    servers = [aicall.start("serve", "--port", "0", "--agent", "echo") for _ in ENDING]
    for running, (number, _) in zip(servers, ENDING, strict=True):
        running.line()
        running.signal(number)
    for running, (_, status) in zip(servers, ENDING, strict=True):
        done = running.finish()
        assert (done.status, done.err) == (status, "")
