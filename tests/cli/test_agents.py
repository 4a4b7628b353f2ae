import json

import pytest

from aicall_cli.cli import agents as agents_module
from aicall_cli.cli import call_agent
from tests.cli.run_command import Runner

FILE = """
agent_id = "clinic"
[agents.clinic]
agent_id = "front-desk"
server = "wss://me:hunter2@clinic.example"
token = "hunter2"
push_to_talk = true
[agents.echo]
voice = "de"
[agents.lab]
agent_id = "script:lab.toml"
[agents.far]
server = "wss://far.example"
"""


@pytest.fixture(autouse=True)
def extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the extra be there."""
    for module in (agents_module, call_agent):
        monkeypatch.setattr(module, "agent_extra_available", lambda: True)


def test_the_built_in_agents_are_always_there(run: Runner) -> None:
    assert run("agents").lines == [
        "assistant    built in, recognises, answers and speaks (default)",
        "echo         built in, plays back what it heard",
        "script:FILE  built in, follows a TOML file",
    ]


def test_named_agents_come_first_and_show_no_secret(run: Runner) -> None:
    run.write(FILE)
    assert run("agents").lines == [
        "clinic       front-desk at wss://***@clinic.example, push to talk (default)",
        "echo         built in",
        "lab          script:lab.toml built in",
        "far          at wss://far.example",
        "assistant    built in, recognises, answers and speaks",
        "script:FILE  built in, follows a TOML file",
    ]


def test_json_has_one_object_a_line(run: Runner) -> None:
    run.write(FILE)
    found = {it["name"]: it for it in map(json.loads, run("agents", "--json").lines)}
    assert found["clinic"] == {
        "schema": 1,
        "name": "clinic",
        "backend": "builtin",
        "agent_id": "front-desk",
        "server": "wss://***@clinic.example",
        "push_to_talk": True,
        "default": True,
        "available": True,
        "about": "front-desk at wss://***@clinic.example, push to talk",
    }
    assert found["far"]["agent_id"] == "far"
    assert found["script:FILE"]["server"] is None


def test_what_the_assistant_lacks_is_told(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (agents_module, call_agent):
        monkeypatch.setattr(module, "agent_extra_available", lambda: False)
    assistant, echo, _ = run("agents").lines
    assert assistant.endswith("install it: pip install 'aicall-cli[agent]'")
    assert echo.endswith("(default)")
    found = {it["name"]: it for it in map(json.loads, run("agents", "--json").lines)}
    assert (found["assistant"]["available"], found["echo"]["available"]) == (False, True)


def test_an_agents_name_is_harmless_on_a_terminal(run: Runner) -> None:
    run.write('[agents."a\\u202eb"]\nagent_id = "x\\u202ey"\n')
    assert run("agents").status == 2  # such a name is none
    run.write('[agents.ab]\nagent_id = "x\\u202ey"\n')
    assert run("agents").lines[0] == "ab           x\\u202ey built in"
