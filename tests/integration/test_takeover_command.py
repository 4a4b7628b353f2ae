"""``aicall takeover``: a call by one command, taken over by another, on a real server."""

import numpy as np

from aicall_cli.exit_status import ExitStatus
from tests.integration.api_server import KEYS, ApiServer
from tests.integration.command import GO_FORWARD, Command, Running
from tests.recording.stereo_wav import read_stereo


def call(aicall: Command, api: ApiServer, agent_id: str, *options: str) -> tuple[Running, str]:
    """Call an agent; return the call and its instance."""
    running = aicall.start(
        *("call", "--agent-id", agent_id, "--endpoint", api.endpoint, "--json"),
        *("--input", "silence", "--output", "null", "--timeout", "60", *options),
        variables=KEYS,
    )
    running.call()
    listed = aicall.run(
        *("cloud", "instances", "list", agent_id, "--endpoint", api.endpoint, "--json"),
        variables=KEYS,
    )
    return running, listed.records[0]["Instances"][0]["InstanceId"]


def test_a_caller_hears_the_person_who_took_over_until_that_one_hangs_up(
    aicall: Command, api: ApiServer
) -> None:
    caller, instance = call(aicall, api, "echo")
    taken = aicall.run(
        *("takeover", instance, "--endpoint", api.endpoint, "--user-id", "bob", "--json"),
        *("--input", "tone:300:1", "--output", "null", "--timeout", "3"),
        variables=KEYS,
    )
    assert taken.status == ExitStatus.CHECK_FAILED, "it is ended by --timeout"
    done = caller.finish()
    assert done.status == ExitStatus.OK
    (will_start,) = done.events("human_takeover_will_start")
    assert (will_start["takeover_uid"], will_start["mode"]) == ("bob", "human_voice")
    assert len(done.events("human_takeover_connected")) == 1
    (leaving,) = done.events("agent_will_leave")
    assert leaving["reason"] == 2002
    heard = read_stereo(done.recording / "call.wav")[:, 1]
    assert np.count_nonzero(np.abs(heard) > 1000) > 20_000, "the tone is in the recording"


def test_the_agents_voice_says_what_the_person_says(aicall: Command, api: ApiServer) -> None:
    caller, instance = call(aicall, api, "assistant", "--set", "UserOfflineTimeout=1")
    person = aicall.start(
        *("takeover", instance, "--endpoint", api.endpoint, "--voice", "agent", "--json"),
        *("--input", str(GO_FORWARD), "--output", "null"),
        variables=KEYS,
    )
    text = ""
    while text != "go forward ten meters":
        text += caller.event("agent_subtitle_received")["text"]
    caller.kill()
    done = person.finish()
    assert done.status == ExitStatus.OK, "the caller, lost for a second, has left"
    heard = [event["text"] for event in done.events("user_subtitle_received") if event["end"]]
    assert heard == ["go forward ten meters"]
    assert done.summary["reason"] == "agent_left"


def test_takeovers_that_cannot_be(aicall: Command, api: ApiServer) -> None:
    caller, instance = call(aicall, api, "echo")
    options = ("--endpoint", api.endpoint, "--input", "silence", "--output", "null")
    started = [
        aicall.start("takeover", *more, *options, variables={**KEYS, **variables})
        for more, variables in (
            ((instance, "--voice", "agent"), {}),
            (("nothing",), {}),
            ((instance, "--user-id", "caller"), {}),
            ((instance,), {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "another"}),
        )
    ]
    voiceless, unknown, same, unsigned = [each.finish() for each in started]
    assert "echo has no voice that a person could use" in voiceless.complaint(ExitStatus.USAGE)
    assert "InstanceNotFound" in unknown.complaint(ExitStatus.USAGE)
    assert "somebody who is in the call" in same.complaint(ExitStatus.USAGE)
    assert unsigned.complaint(ExitStatus.CREDENTIALS_REFUSED)
    vendors = aicall.run("takeover", instance, *options[2:], variables=KEYS)
    assert "nothing was taken over" in vendors.complaint(ExitStatus.CANNOT_CONNECT)
    caller.kill()
