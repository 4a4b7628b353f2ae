from pathlib import Path

import pytest

from aicall_cli.control.kinds import KeyringEntry
from aicall_cli.control.settings_tables import SettingsTables, read_tables
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.secret import Secret


def _read(tmp_path: Path, text: str) -> SettingsTables:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_tables(path)


def test_each_table_is_read(tmp_path: Path) -> None:
    tables = _read(
        tmp_path,
        """
        voice = "de"
        token = "hunter2"
        [agents.clinic]
        backend = "builtin"
        server = "wss://clinic.example"
        token = { keyring = true }
        push_to_talk = true
        [agents.desk]
        [keys]
        talk = "f5"
        hang_up = ["q", "ctrl+c"]
        """,
    )
    assert tables.plain == {"voice": "de", "token": Secret("hunter2")}
    assert tables.agents == {
        "clinic": {
            "backend": "builtin",
            "server": "wss://clinic.example",
            "token": KeyringEntry(),
            "push_to_talk": True,
        },
        "desk": {},
    }
    assert tables.keys == {"talk": ("f5",), "hang_up": ("q", "ctrl+c")}
    assert "hunter2" not in repr(tables)


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert read_tables(tmp_path / "config.toml") == SettingsTables()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("sever = 'hunter2'", "there is no setting 'sever'", "did you mean server?"),
        ("[agents.x]\nsever = 'hunter2'", "no setting 'agents.x.sever'", "did you mean server?"),
        ("media_timeout = 'hunter2'", "media_timeout must be a number", "config set media_timeout"),
        ("[agents.x]\nrecord = 'hunter2'", "agents.x.record must be true or false", "config set"),
        ("[keys]\ntalk = 5", "keys.talk must be the name of a key", "config set keys.talk"),
        ("agents = 'hunter2'", "agents is no table", "[agents]"),
        ("[agents]\nx = 'hunter2'", "agents.x is no table", "[agents.x]"),
        ("keys = ['hunter2']", "keys is no table", "[keys]"),
        ("token = ['hunter2']", "token must be a text, or { keyring = true }", "config set token"),
    ],
)
def test_what_cannot_be_used_is_told_without_its_value(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        _read(tmp_path, text)
    assert raised.value.exit_status is ExitStatus.USAGE
    assert message in raised.value.message
    assert str(tmp_path / "config.toml") in raised.value.message
    assert hint in (raised.value.hint or "")
    assert "hunter2" not in f"{raised.value.message} {raised.value.hint}"
