import json

from aicall_cli.control.settings_table import SETTINGS
from tests.cli.run_command import Runner

FILE = """
voice = "de"
token = "hunter2"
chat_key = { keyring = true }
ice_server = ["stun:a.example", "turn:me:hunter2@b.example"]
[agents.clinic]
server = "wss://me:hunter2@clinic.example"
token = "hunter2"
record = false
[keys]
hang_up = ["q", "ctrl+c"]
"""


def test_every_setting_has_a_line_with_its_origin(run: Runner) -> None:
    run.write(FILE)
    done = run("config", "show", variables={"AICALL_MEDIA_TIMEOUT": "2.5"})
    assert done.status == 0
    assert done.lines[:2] == [str(run.file), ""]
    rows = {line.split()[0]: line.split()[1:] for line in done.lines[2:]}
    assert set(SETTINGS) - {"backend"} <= set(rows)
    assert rows["voice"] == ["de", "file"]
    assert rows["token"] == ["***", "file"]
    assert rows["chat_key"] == ["***", "(keyring)", "file"]
    assert rows["media_timeout"] == ["2.5", "environment", "(AICALL_MEDIA_TIMEOUT)"]
    assert rows["record"] == ["true", "default"]
    assert rows["language"] == ["–", "what", "the", "caller", "speaks"]
    assert rows["ice_server"] == ["stun:a.example", "turn:***@b.example", "file"]
    assert rows["agents.clinic.server"] == ["wss://***@clinic.example"]
    assert rows["agents.clinic.record"] == ["false"]
    assert rows["keys.hang_up"] == ["q", "ctrl+c"]
    assert max(map(len, done.lines)) < 120


def test_a_file_that_is_not_there_is_told(run: Runner) -> None:
    assert run("config", "show").lines[0] == f"{run.file} (not there yet)"


def test_json_has_the_same(run: Runner) -> None:
    run.write(FILE)
    document = json.loads(run("config", "show", "--json").out)
    assert document["schema"] == 1
    assert document["path"] == str(run.file)
    assert document["settings"]["voice"] == {
        "value": "de",
        "origin": "file",
        "about": "the assistant's voice",
    }
    assert document["settings"]["language"]["value"] is None
    assert document["settings"]["record"]["value"] is True
    assert document["agents"]["clinic"]["token"] == "***"
    assert document["keys"] == {"hang_up": ["q", "ctrl+c"]}
