"""No command prints a secret, whatever it is asked and whatever goes wrong."""

import pytest

from aicall_cli.control.settings_table import SETTINGS
from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Runner

SECRET = "hunter2"
FILE = f"""
agent_id = "clinic"
token = "{SECRET}"
asr_key = "{SECRET}"
chat_key = "{SECRET}"
tts_key = "{SECRET}"
server = "wss://me:{SECRET}@host.example/?token={SECRET}"
chat_url = "https://me:{SECRET}@chat.example/v1?api_key={SECRET}"
ice_server = ["turn:me:{SECRET}@b.example"]
agent_option = ["api_key={SECRET}"]
[agents.clinic]
server = "wss://me:{SECRET}@clinic.example"
token = "{SECRET}"
chat_key = "{SECRET}"
"""
VARIABLES = {f"AICALL_{part}_KEY": SECRET for part in ("ASR", "CHAT", "TTS")} | {
    "AICALL_TOKEN": SECRET,
    "AICALL_RTC_APP_KEY": SECRET,
    "AICALL_ICE_SERVER": f"turn:me:{SECRET}@b.example",
}
COMMANDS = (
    ("config", "show"),
    ("config", "show", "--json"),
    *(("config", "get", name) for name in SETTINGS if name != "backend"),
    *(("config", "get", f"agents.clinic.{name}") for name in SETTINGS),
    ("config", "set", "token", SECRET),
    ("config", "set", "token", f"{SECRET}\n{SECRET}"),
    ("config", "set", "agents.clinic.chat_key", SECRET),
    ("config", "set", "media_timeout", SECRET),
    ("config", "set", "ptt_mode", SECRET),
    ("config", "unset", "agents.clinic.token"),
    ("config", "unset", "agents.clinic"),
    ("token", "make", "room1", "alice", "--app-id", "app1"),
    ("token", "make", "room1", "alice", "--app-key", SECRET),
    ("token", "show", SECRET),
    ("token", "show", f"{SECRET}!", "--json"),
    ("share", "show", SECRET),
    ("agents",),
    ("agents", "--json"),
    ("push-file", "--agent-id", "clinic", "--help"),
    ("serve", "--help"),
)
BROKEN = (
    f"token = {SECRET}",
    f"token = '{SECRET}",
    f"token = ['{SECRET}']",
    f"media_timeout = '{SECRET}'",
    f"record = '{SECRET}'",
    f"[agents.clinic]\nbackend = '{SECRET}'",
    f"token = '{SECRET}'\ntoken = '{SECRET}'",
)


@pytest.mark.parametrize("variables", [{}, VARIABLES], ids=["file", "variables"])
def test_no_command_shows_a_secret(
    run: Runner, variables: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in COMMANDS:
        run.write(FILE)
        done = run(*arguments, variables=variables)
        printed = capsys.readouterr()
        assert SECRET not in done.out + done.err + printed.out + printed.err, arguments


@pytest.mark.parametrize("text", BROKEN)
def test_no_complaint_about_the_file_shows_a_secret(run: Runner, text: str) -> None:
    for arguments in COMMANDS[:4]:
        run.write(text)
        done = run(*arguments)
        assert done.status == ExitStatus.USAGE
        assert SECRET not in done.out + done.err
