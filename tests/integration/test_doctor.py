"""The doctor on this machine: everything that calls need is there, whatever else is not."""

import json

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command


def test_this_machine_can_make_calls(aicall: Command) -> None:
    done = aicall.run("doctor", "--json")
    assert (done.status, done.err) == (ExitStatus.OK, "")
    found = {record["subject"]: record for record in done.records}
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
