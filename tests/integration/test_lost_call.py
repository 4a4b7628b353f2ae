"""Calls that are lost on the way: status 9, and what was recorded until then is kept."""

import signal
import sys
import threading

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command, Finished
from tests.integration.scripts import script
from tests.recording.stereo_wav import read_stereo

assert sys.platform != "win32"

LONG = ("push-file", "tone:300:60", "--json", "--media-timeout", "1.5")


def _connection(done: Finished) -> list[tuple[str, str]]:
    """Return the states that the connection came into, and why."""
    changes = done.events("connection_status_changed")
    return [(change["status"], change["reason"]) for change in changes]


JOINED = [("connecting", "connecting"), ("connected", "join_ok")]
INTERRUPTED = ("reconnecting", "heartbeat_timeout")
LOST = ("failed", "interrupted")


def _is_lost(done: Finished, how: str) -> None:
    complaint = done.complaint(ExitStatus.CONNECTION_LOST)
    assert complaint.startswith("aicall: the call was lost: ")
    assert how in complaint
    assert done.summary["reason"] == "connection_lost"
    assert done.summary["finished"] is False
    assert len(read_stereo(done.recording / "call.wav")) > 0
    assert (done.recording / "summary.json").exists()


def test_an_agent_that_is_killed_dies_or_hangs_up_without_a_word_is_9(aicall: Command) -> None:
    killed = aicall.start(*LONG, "--agent-id", "echo")
    agents = [
        script(aicall.home, f'after = "call_begin"\ndelay_ms = 300\n{deed} = true')
        for deed in ("die", "close")
    ]
    calls = [aicall.start(*LONG, "--agent-id", agent) for agent in agents]
    killed.call()
    killed.agent.kill()
    for call in (killed, *calls):
        _is_lost(call.finish(), "the server closed the connection without a word")


def test_an_agent_that_sends_no_media_is_9_after_a_while(aicall: Command) -> None:
    steps = ("go_silent = true", "delay_ms = 60000\nleave = 0")
    # Both at once: each of them is waited for for 1.5 s.
    later = script(aicall.home, 'after = "call_begin"\ndelay_ms = 500\nsilence = 0', *steps)
    running = aicall.start(*LONG, "--agent-id", later)
    done = aicall.run(*LONG, "--agent-id", script(aicall.home, *steps), "--no-record")
    ran = running.finish()
    _is_lost(ran, "nothing was heard from the agent's end for 1.5 s")
    assert _connection(ran) == [*JOINED, INTERRUPTED, LOST]
    assert [event["available"] for event in ran.events("agent_audio_changed")] == [True, False]
    assert done.summary["pushes"]["pushed"] == 0
    assert done.summary["finished"] is False
    assert done.summary["status"] == done.status
    done.complaint(ExitStatus.CONNECTION_LOST)


def test_an_agent_that_hangs_is_9_and_is_ended(aicall: Command) -> None:
    running = aicall.start(*LONG, "--agent-id", "echo")
    running.call()
    agent = running.agent
    agent.suspend()
    _is_lost(running.finish(), "nothing was heard from the agent's end for 1.5 s")
    assert not agent.is_running()


def test_an_agent_that_hangs_for_a_moment_is_borne(aicall: Command) -> None:
    running = aicall.start(
        "push-file", "silence:3", "--agent-id", "echo", "--json", "--wait-reply=0"
    )
    running.call()
    agent = running.agent
    agent.suspend()
    threading.Event().wait(1.5)
    agent.resume()
    done = running.finish()
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["finished"]
    resumed, left = ("connected", "heartbeat_alive"), ("disconnected", "left")
    assert _connection(done) == [*JOINED, INTERRUPTED, resumed, left]
    available = [event["available"] for event in done.events("agent_audio_changed")]
    assert available == [True, False, True]


def test_a_command_that_is_killed_takes_its_agent_with_it(aicall: Command) -> None:
    running = aicall.start(*LONG, "--agent-id", "echo")
    running.call()
    agent = running.agent
    running.signal(signal.SIGKILL)
    done = running.finish()
    assert done.status == -signal.SIGKILL
    assert not agent.is_running()
    read_stereo(aicall.recording / "call.wav")
