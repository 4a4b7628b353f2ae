"""The doctor on this machine: everything that calls need is there, whatever else is not."""

import json
import threading
from contextlib import suppress
from typing import IO, Any

import pytest

from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.audio.tone import tone
from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command, Finished
from tests.support.pulse import PulseServer


def test_this_machine_can_make_calls(aicall: Command) -> None:
    done = aicall.run("doctor", "--json")
    found = _found(done)
    needed = ("python", "packages", "settings", "recordings", "clock", "timer", "webrtc")
    assert {found[subject]["state"] for subject in needed} <= {"ok", "note"}
    assert found["webrtc"]["figures"]["message_arrived"] is True
    assert found["portaudio"]["figures"]["devices"] >= 0
    assert [
        record for record in done.records if record["state"] != "ok" and not record["advice"]
    ] == []


def test_broken_settings_are_1_and_everything_else_is_still_looked_at(aicall: Command) -> None:
    path = aicall.home / "config.toml"
    path.write_text("token = hunter2\n", encoding="utf-8")
    done = aicall.run("doctor", "--json", "--no-listen", variables={"AICALL_CONFIG": str(path)})
    assert (done.status, done.err) == (ExitStatus.CHECK_FAILED, "")
    found = {record["subject"]: record for record in map(json.loads, done.out.splitlines())}
    assert found["settings"]["state"] == "broken"
    assert found["webrtc"]["state"] == "ok"
    assert "hunter2" not in done.out


def test_a_microphone_that_hears_is_told_from_a_mute_one(
    aicall: Command, pulse: PulseServer
) -> None:
    mute = _found(aicall.run("doctor", "--json", variables=pulse.variables))
    assert mute["input"]["state"] == mute["output"]["state"] == "ok"
    assert mute["microphone"]["message"] == "it gives digital silence"
    with pulse.speaking() as mouth:
        assert mouth.stdin is not None
        hum = tone(300, 0, 30 * SAMPLE_RATE, SAMPLE_RATE, 0.25).tobytes()
        talking = threading.Thread(target=_talk, args=(mouth.stdin, hum))
        talking.start()
        heard = _found(aicall.run("doctor", "--json", variables=pulse.variables))
        mouth.kill()
        talking.join()
    assert heard["microphone"]["state"] == "ok"
    assert heard["microphone"]["figures"]["peak_dbfs"] == pytest.approx(-12, abs=1)


def _talk(mouth: IO[bytes], sound: bytes) -> None:
    with suppress(BrokenPipeError):
        mouth.write(sound)


def _found(done: Finished) -> dict[str, dict[str, Any]]:
    assert (done.status, done.err) == (ExitStatus.OK, "")
    return {record["subject"]: record for record in done.records}
