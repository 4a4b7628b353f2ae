"""Each line of ``--control`` that the README's tables name, said to the real command."""

import json
import subprocess
from pathlib import Path

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.integration.scripts import script
from tests.parity.rows import read_tables

LINES: dict[str, dict[str, object]] = {
    "enable_voice_interrupt": {"enabled": True},
    "enable_push_to_talk": {"enabled": True},
    "start_push_to_talk": {},
    "cancel_push_to_talk": {},
    "finish_push_to_talk": {},
    "interrupt": {},
    "switch_voice": {"voice_id": "longxia"},
    "set_speaker": {"enabled": False},
    "set_muted": {"enabled": True},
    "set_agent_audio": {"enabled": False},
    "send_text": {"text": "hello"},
    "send_custom_message": {"message": '{"seat": 4}'},
    "update_system_prompt": {"prompt": "Be brief."},
    "update_model_studio_params": {"params": {"biz_params": {}}},
    "set_max_silence": {"milliseconds": 600},
    "set_speech_rate": {"rate": 1.5},
    "query_state": {},
    "use_voiceprint": {"enabled": True},
    "clear_voiceprint": {},
    "start_vision_custom_capture": {"text": "What is it?"},
    "stop_vision_custom_capture": {},
    "update_vcr_config": {"config": {"LookAway": {"Enabled": True}}},
    "request_token": {},
    "hang_up": {},  # answered by the end of the call
}
"""What each needs, in the order in which it is said."""
REFUSED = {"request_token": "invalid_action"}
"""A call whose agent nobody started has no token to renew."""


def test_the_tables_name_what_is_said_here() -> None:
    named = {line for table in read_tables() for row in table.rows for line in row.line}
    assert named == set(LINES)


def test_each_line_is_carried_out(aicall: Command, tmp_path: Path) -> None:
    agent = script(tmp_path, 'after = "call_begin"\nstate = "listening"')
    running = aicall.start(
        *("call", "--agent-id", agent, "--input", "silence", "--output", "null"),
        *("--control", "--json", "--no-record", "--timeout", "20"),
        stdin=subprocess.PIPE,
    )
    running.call()
    for name, arguments in LINES.items():
        running.stdin.write(json.dumps({"command": name, **arguments}).encode() + b"\n")
    running.stdin.flush()
    done = running.finish()
    assert done.status == ExitStatus.OK
    answered = {each["command"]: each["error"] for each in done.events("command_answered")}
    assert answered == {name: REFUSED.get(name, "none") for name in LINES if name != "hang_up"}
    assert done.summary["reason"] == "hung_up"
