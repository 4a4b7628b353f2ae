from pathlib import Path

import pytest

from aicall_cli.control.kinds import KeyringEntry
from aicall_cli.control.setting_name import parse_name
from aicall_cli.control.settings_store import entry_of, forget, store
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret
from tests.control.fake_keyring import FakeKeyring, install_keyring, remove_keyring

TOKEN = parse_name("agents.clinic.token")
ENTRY = ("aicall", "agents.clinic.token")
KEPT = "[agents.clinic]\ntoken = {keyring = true}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    return install_keyring(monkeypatch)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("voice", "de", 'voice = "de"\n'),
        ("record", False, "record = false\n"),
        ("media_timeout", 2.5, "media_timeout = 2.5\n"),
        ("ice_server", ("stun:a", "stun:b"), 'ice_server = ["stun:a", "stun:b"]\n'),
        ("keys.talk", ("f5",), '[keys]\ntalk = ["f5"]\n'),
        ("token", Secret("hunter2"), 'token = "hunter2"\n'),
        ("token", KeyringEntry(), "token = {keyring = true}\n"),
    ],
)
def test_each_kind_of_value_is_written(path: Path, name: str, value: object, text: str) -> None:
    store(path, parse_name(name), value)  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == text


def test_a_secret_stays_where_it_is(path: Path, keyring: FakeKeyring) -> None:
    store(path, TOKEN, Secret("one"))
    assert keyring.asked == 0
    store(path, TOKEN, Secret("two"), keyring=True)
    store(path, TOKEN, Secret("three"))
    assert keyring.entries == {ENTRY: "three"}
    assert path.read_text(encoding="utf-8") == KEPT


def test_a_secret_leaves_the_keyring_for_the_file(path: Path, keyring: FakeKeyring) -> None:
    store(path, TOKEN, Secret("one"), keyring=True)
    store(path, TOKEN, Secret("two"), keyring=False)
    assert keyring.entries == {}
    assert path.read_text(encoding="utf-8") == '[agents.clinic]\ntoken = "two"\n'


@pytest.mark.parametrize("text", ["", "rtc_app_key = 'in the wrong place'\n"])
def test_some_secrets_go_to_the_keyring_alone(path: Path, keyring: FakeKeyring, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    name = parse_name("rtc_app_key")
    with pytest.raises(UsageError, match="rtc_app_key is kept in the keyring alone"):
        store(path, name, Secret("one"), keyring=False)
    assert path.read_text(encoding="utf-8") == text
    store(path, name, Secret("one"))
    assert keyring.entries == {("aicall", "rtc_app_key"): "one"}
    assert path.read_text(encoding="utf-8") == "rtc_app_key = {keyring = true}\n"
    store(path, name, "")
    assert keyring.entries == {}


def test_an_empty_secret_is_none_and_leaves_the_keyring(path: Path, keyring: FakeKeyring) -> None:
    store(path, TOKEN, Secret("one"), keyring=True)
    store(path, TOKEN, "")
    assert keyring.entries == {}
    assert path.read_text(encoding="utf-8") == '[agents.clinic]\ntoken = ""\n'


def test_where_the_keyring_refuses_the_file_stays_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_keyring(monkeypatch)
    path.write_text(KEPT, encoding="utf-8")
    with pytest.raises(UsageError, match="is not installed"):
        store(path, TOKEN, Secret("one"))
    with pytest.raises(UsageError, match="is not installed"):
        forget(path, TOKEN.entry)
    assert path.read_text(encoding="utf-8") == KEPT


@pytest.mark.parametrize("entry", [("agents", "clinic", "token"), ("agents", "clinic")])
def test_what_is_forgotten_leaves_both_places(
    path: Path, keyring: FakeKeyring, entry: tuple[str, ...]
) -> None:
    store(path, TOKEN, Secret("one"), keyring=True)
    store(path, parse_name("token"), Secret("two"), keyring=True)
    assert forget(path, entry)
    assert keyring.entries == {("aicall", "token"): "two"}
    assert not forget(path, entry)
    assert forget(path, ("token",))
    assert keyring.entries == {}


@pytest.mark.parametrize("text", ["", "agents = 5\n", "[agents]\nclinic = 5\n", "token = 5\n"])
def test_what_is_not_in_the_keyring_is_not_looked_for(
    path: Path, keyring: FakeKeyring, text: str
) -> None:
    path.write_text(text, encoding="utf-8")
    forget(path, ("token",))
    forget(path, ("voice",))
    forget(path, ("keys", "talk"))
    assert keyring.asked == 0


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("voice", ("voice",)),
        ("unheard_of", ("unheard_of",)),
        ("keys.talk", ("keys", "talk")),
        ("agents", ("agents",)),
        ("agents.clinic", ("agents", "clinic")),
        ("agents.v2.beta", ("agents", "v2.beta")),
        ("agents.clinic.voice", ("agents", "clinic", "voice")),
        ("agents.v2.beta.voice", ("agents", "v2.beta", "voice")),
        ("agents.other", ("agents", "", "other")),
    ],
)
def test_a_name_is_an_entry_whether_or_not_it_is_known(
    path: Path, name: str, entry: tuple[str, ...]
) -> None:
    path.write_text("[agents.clinic]\n[agents.'v2.beta']\n", encoding="utf-8")
    assert entry_of(name, path) == entry
