"""Settings seen from outside: a named agent is called, and its token is nowhere to be found."""

import stat
from pathlib import Path

import pytest

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import GO_FORWARD, Command
from tests.integration.conftest import Server


def _settings(aicall: Command, text: str) -> dict[str, str]:
    path = aicall.home / "config.toml"
    path.write_text(text, encoding="utf-8")
    return {"AICALL_CONFIG": str(path)}


def _named_agent(server: Server) -> str:
    return (
        f"[agents.parrot]\nagent_id = 'echo'\nserver = '{server.url}'\ntoken = '{server.token}'\n"
    )


def test_a_named_agent_is_called_and_its_token_is_nowhere(aicall: Command, server: Server) -> None:
    variables = _settings(aicall, _named_agent(server))
    log = aicall.home / "log"
    options = ("--debug", "--log-file", log, "--log-level", "debug", "--expect-reply")
    done = aicall.run(
        "push-file", GO_FORWARD, "--agent-id", "parrot", *options, variables=variables
    )
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert "agent       echo" in done.out
    written = [path for path in aicall.home.rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {"log", "events.jsonl", "summary.json"}
    holding = [path.name for path in written if server.token.encode() in path.read_bytes()]
    assert holding == ["config.toml"]
    assert server.token not in done.out


@pytest.mark.parametrize("options", [(), ("--debug",)])
def test_a_token_that_is_refused_is_not_shown(
    aicall: Command, server: Server, options: tuple[str, ...]
) -> None:
    text = _named_agent(server).replace(server.token, "hunter2")
    done = aicall.run(
        "push-file", "tone", "--agent-id", "parrot", *options, variables=_settings(aicall, text)
    )
    assert done.status == ExitStatus.CREDENTIALS_REFUSED
    assert "hunter2" not in done.out + done.err


def test_a_token_does_not_go_to_another_server(aicall: Command, server: Server) -> None:
    text = f"server = 'wss://elsewhere.example'\ntoken = '{server.token}'\nagent_id = 'echo'\n"
    variables = _settings(aicall, text)
    done = aicall.run("push-file", "tone", "--server", server.url, variables=variables)
    assert done.status == ExitStatus.CREDENTIALS_REFUSED


def test_a_broken_file_is_2_for_a_call_too(aicall: Command) -> None:
    done = aicall.run("push-file", "tone", variables=_settings(aicall, "\nvoice = de\n"))
    assert "config.toml are not TOML in line 2" in done.complaint(ExitStatus.USAGE)
    assert aicall.recorded_nothing


def test_the_platforms_place_is_used_and_made_private(aicall: Command) -> None:
    variables = {"XDG_CONFIG_HOME": str(aicall.home / "settings")}
    done = aicall.run(
        "config",
        "set",
        "voice",
        "de",
        variables=variables,
        wrapper=("sh", "-c", 'umask 0; "$0" "$@"'),
    )
    assert (done.status, done.out, done.err) == (ExitStatus.OK, "", "")
    path = Path(aicall.run("config", "path", variables=variables).out.strip())
    assert path == aicall.home / "settings" / "aicall" / "config.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert aicall.run("config", "get", "voice", variables=variables).out == "de\n"
