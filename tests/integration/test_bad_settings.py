"""Settings out of their range: refused by name before a call, and in it by an answer."""

import json
import subprocess
import sys
from typing import Any

from aicall_cli.exit_status import ExitStatus
from tests.integration.api_server import KEYS
from tests.integration.command import Command
from tests.integration.scripts import script

assert sys.platform != "win32"

NOBODY = "http://127.0.0.1:1"
BEFORE: list[tuple[tuple[str, ...], str]] = [
    (("push-file", "tone", "--set", "TtsConfig.SpeechRate=9"), "must be a number from 0.5 to 2"),
    (("push-file", "tone", "--set", "AsrConfig.AsrMaxSilence=soon"), "from 200 to 1200 ms"),
    (("call", "--agent-config", '{"Volume": 401}'), "Volume must be a whole number from 0 to 400"),
    (("call", "--agent-config", "bad.toml"), "bad.toml: MaxIdleTime must be a whole number"),
    (("push-file", "tone", "--endpoint", NOBODY, "--set", "Volum=1"), "did you mean Volume"),
    (("push-file", "tone", "--app-server", NOBODY, "--set", "Volume=1e9"), "from 0 to 400"),
    (("cloud", "generate", "echo", "--agent-config", "bad.toml"), "MaxIdleTime must be a whole"),
]


def test_one_that_is_out_of_range_is_2_before_anybody_is_asked(aicall: Command) -> None:
    (aicall.home / "bad.toml").write_text("MaxIdleTime = -5\n")
    runs = [aicall.start(*arguments, variables=KEYS) for arguments, _ in BEFORE]
    for run, (_, said) in zip(runs, BEFORE, strict=True):
        done = run.finish()
        assert said in done.complaint(ExitStatus.USAGE)
        assert done.out == ""
    assert aicall.recorded_nothing


WITHIN: list[tuple[dict[str, Any] | str, str, str]] = [
    ({"command": "set_speech_rate", "rate": 9}, "0.5", "invalid_parameters"),
    ({"command": "set_max_silence", "milliseconds": 5}, "200", "invalid_parameters"),
    ({"command": "set_agent_volume", "percent": 401}, "400", "invalid_parameters"),
    ({"command": "set_speech_rate", "rate": "fast"}, "number", "invalid_parameters"),
    ({"command": "send_text", "text": "x" * 9000}, "8192", "invalid_parameters"),
    ({"command": "set_speech_rate"}, "rate", "invalid_parameters"),
    ({"command": "set_sails"}, "set_sails", "invalid_action"),
    ("garbage", "not JSON", "invalid_parameters"),
]


def test_a_command_that_is_out_of_range_is_answered_and_the_call_goes_on(aicall: Command) -> None:
    agent = script(aicall.home, "delay_ms = 60000\nleave = 0")  # which refuses nothing itself
    call = aicall.start(
        *("call", "--input", "silence:30", "--output", "null", "--no-record"),
        *("--control", "--json", "--agent-id", agent),
        stdin=subprocess.PIPE,
    )
    call.event("data_channel_opened")
    for line, said, error in WITHIN:
        text = line if isinstance(line, str) else json.dumps(line)
        call.stdin.write(f"{text}\n".encode())
        call.stdin.flush()
        answer = call.event("command_answered")
        assert not answer["accepted"]
        assert said in answer["reason"]
        assert answer["error"] == error
    call.stdin.write(b'{"command": "hang_up"}\n')
    call.stdin.flush()
    done = call.finish()
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["reason"] == "hung_up"
