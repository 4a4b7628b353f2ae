import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomlkit.exceptions import ParseError

from aicall_cli.control.settings_edit import Plain, remove_entry, set_entry
from aicall_cli.control.text_file import MAX_BYTES
from aicall_cli.errors import UsageError

FILE = """\
# My settings.
agent_id = "clinic"  # whom I call most

# The clinic.
[agents.clinic]
server = "wss://clinic.example"  # in Bern
token = "hunter2"

# Keys that my keyboard has.
[keys]
talk = "f5"
"""


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=["open", "usual", "closed"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def _changed(path: Path, text: str, entry: tuple[str, ...], value: Plain | None) -> str:
    path.write_text(text, encoding="utf-8", newline="")
    if value is None:
        assert remove_entry(path, entry)
    else:
        set_entry(path, entry, value)
    return path.read_bytes().decode()


def _lines_added_and_lost(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    return [line for line in new if line not in old], [line for line in old if line not in new]


@pytest.mark.usefixtures("umask")
def test_a_new_file_is_private_whatever_the_umask_is(tmp_path: Path) -> None:
    path = tmp_path / "new" / "aicall" / "config.toml"
    set_entry(path, ("agents", "clinic", "token"), "hunter2")
    assert path.read_text(encoding="utf-8") == '[agents.clinic]\ntoken = "hunter2"\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in list(path.parents)[:2]] == [
        0o700,
        0o700,
    ]


@pytest.mark.usefixtures("umask")
def test_a_changed_file_is_private_again(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    path.chmod(0o644)
    set_entry(path, ("voice",), "de")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_link_leads_to_is_changed(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "config.toml").symlink_to(tmp_path / "dotfiles" / "aicall.toml")
    set_entry(tmp_path / "config.toml", ("voice",), "de")
    assert (tmp_path / "config.toml").is_symlink()
    assert (tmp_path / "dotfiles" / "aicall.toml").read_text(encoding="utf-8") == 'voice = "de"\n'


@pytest.mark.parametrize(
    ("entry", "value", "added", "lost"),
    [
        (("voice",), "de", ['voice = "de"'], []),
        (("media_timeout",), 2.5, ["media_timeout = 2.5"], []),
        (("record",), False, ["record = false"], []),
        (("ice_server",), ["stun:a", "stun:b"], ['ice_server = ["stun:a", "stun:b"]'], []),
        (("agents", "clinic", "token"), {"keyring": True}, ["token = {keyring = true}"], 1),
        (("agents", "clinic", "voice"), "de", ['voice = "de"'], []),
        (("agents", "desk", "voice"), "de", ["[agents.desk]", 'voice = "de"'], []),
        (("agents", "v2.beta", "voice"), "de", ['[agents."v2.beta"]', 'voice = "de"'], []),
        (("keys", "mute"), ["x", "y"], ['mute = ["x", "y"]'], []),
        (("agent_id",), "desk", ['agent_id = "desk"  # whom I call most'], 1),
        (("agents", "clinic", "server"), "ws://b", ['server = "ws://b"  # in Bern'], 1),
    ],
)
def test_only_the_entry_changes_and_its_comment_stays(
    tmp_path: Path, entry: tuple[str, ...], value: Plain, added: list[str], lost: int
) -> None:
    after = _changed(tmp_path / "config.toml", FILE, entry, value)
    new, gone = _lines_added_and_lost(FILE, after)
    assert new == added
    assert len(gone) == (lost or 0)
    assert _look_up(after, entry) == value


def test_an_entry_is_taken_out_and_every_comment_stays(tmp_path: Path) -> None:
    after = _changed(tmp_path / "config.toml", FILE, ("agents", "clinic", "token"), None)
    assert after == FILE.replace('token = "hunter2"\n', "")


def test_a_whole_agent_is_taken_out(tmp_path: Path) -> None:
    after = _changed(tmp_path / "config.toml", FILE, ("agents", "clinic"), None)
    assert tomllib.loads(after) == {"agent_id": "clinic", "keys": {"talk": "f5"}}


@pytest.mark.parametrize(
    "entry", [("voice",), ("agents", "desk", "voice"), ("agents", "clinic", "voice")]
)
def test_what_is_not_there_cannot_be_taken_out(tmp_path: Path, entry: tuple[str, ...]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    written = path.stat().st_mtime_ns
    assert not remove_entry(path, entry)
    assert path.stat().st_mtime_ns == written
    assert not remove_entry(tmp_path / "none.toml", entry)
    assert not (tmp_path / "none.toml").exists()


@pytest.mark.parametrize(
    "text",
    [
        "[agents]\nclinic = { server = 'a' }\n",
        "agents.clinic.server = 'a'\n",
        "[agents.clinic]\nserver = 'a'\n[keys]\n[agents.desk]\nvoice = 'de'\n",
        "voice = 'de' # no end of line",
        "# only a comment",
        "voice = 'de'\r\n[agents.clinic]\r\nserver='a'\r\n",
    ],
)
def test_every_way_to_write_tables_can_be_changed(tmp_path: Path, text: str) -> None:
    for entry in (("language",), ("agents", "clinic", "user_id"), ("agents", "new", "user_id")):
        after = _changed(tmp_path / "config.toml", text, entry, "me")
        assert _look_up(after, entry) == "me"
        assert all(line in after for line in text.splitlines() if "{" not in line)


@pytest.mark.parametrize("text", ["agents = 1\n", "[[agents]]\nx = 1\n", "agents = ['x']\n"])
def test_what_is_no_table_is_not_added_to(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="agents is no table"):
        set_entry(path, ("agents", "clinic", "voice"), "de")
    with pytest.raises(UsageError, match="agents is no table"):
        remove_entry(path, ("agents", "clinic", "voice"))
    assert path.read_text(encoding="utf-8") == text


def test_a_broken_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("voice = \n", encoding="utf-8")
    with pytest.raises(UsageError, match="not TOML in line 1"):
        set_entry(path, ("voice",), "de")
    assert path.read_text(encoding="utf-8") == "voice = \n"


def test_a_file_that_would_come_out_wrong_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr("tomlkit.dumps", lambda document: 'voice = "de"\n')
    with pytest.raises(UsageError, match="no program can change"):
        set_entry(path, ("voice",), "de")
    assert path.read_text(encoding="utf-8") == FILE


def test_a_file_does_not_outgrow_what_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"#" * (MAX_BYTES - 5))
    with pytest.raises(UsageError, match="would be larger"):
        set_entry(path, ("voice",), "de")


def test_what_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"cannot be (written|read)"):
        set_entry(tmp_path / "file" / "config.toml", ("voice",), "de")


_KEYS = st.sampled_from(["voice", "server", "a b", "ключ", 'q"', ""])
_ENTRIES = st.one_of(
    st.tuples(_KEYS), st.tuples(st.just("agents"), _KEYS, _KEYS), st.tuples(st.just("keys"), _KEYS)
)
_PLAIN = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20),
    st.integers(-1000, 1000),
    st.floats(-1e6, 1e6),
    st.booleans(),
    st.lists(st.text("ab", max_size=3), max_size=3),
)


@given(changes=st.lists(st.tuples(_ENTRIES, st.one_of(st.none(), _PLAIN)), max_size=6))
def test_any_changes_say_what_was_meant_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[str, ...], Plain | None]]
) -> None:
    path = tmp_path_factory.mktemp("any") / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    wanted: dict[str, Any] = tomllib.loads(FILE)
    for entry, value in changes:
        table = wanted
        for name in entry[:-1]:
            table = table.setdefault(name, {})
        if value is None:
            assert remove_entry(path, entry) == (entry[-1] in table)
            table.pop(entry[-1], None)
        else:
            set_entry(path, entry, value)
            table[entry[-1]] = value
    text = path.read_text(encoding="utf-8")
    assert _pruned(tomllib.loads(text)) == _pruned(wanted)
    assert "# My settings." in text


def _pruned(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: kept for name, item in value.items() if (kept := _pruned(item)) != {}}


def _look_up(text: str, entry: tuple[str, ...]) -> object:
    value: Any = tomllib.loads(text)
    for name in entry:
        value = value[name]
    return value


def test_a_disk_that_refuses_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    path = tmp_path / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr("aicall_cli.control.settings_edit.write_private_file", refuse)
    with pytest.raises(UsageError, match=r"cannot be written \(No space left on device\)"):
        set_entry(path, ("voice",), "de")
    assert path.read_text(encoding="utf-8") == FILE


def test_a_file_that_only_one_reader_takes_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(text: str) -> None:
        raise ParseError(1, 1, "something")

    path = tmp_path / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr("tomlkit.parse", refuse)
    with pytest.raises(UsageError, match="no program can change"):
        set_entry(path, ("voice",), "de")
