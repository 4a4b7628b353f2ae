"""Putting a setting where it is kept, the file or the keyring, and taking it out again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aicall_cli.control.keyring_store import delete_secret, write_secret
from aicall_cli.control.kinds import KeyringEntry, KeyringSecret, SecretText, Value
from aicall_cli.control.setting_name import AGENTS, SettingName
from aicall_cli.control.settings_edit import Plain, remove_entry, set_entry
from aicall_cli.control.settings_file import read_settings
from aicall_cli.control.settings_table import SETTINGS
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret

_IN_KEYRING: dict[str, bool] = {"keyring": True}


def store(path: Path, name: SettingName, value: Value, *, keyring: bool | None = None) -> None:
    """Make ``value`` what the settings file ``path`` says of ``name``.

    A secret goes into the keyring or not; with None it stays where the one before it was, or
    goes where its kind must be. It leaves the place that it is no longer kept in. Raises
    UsageError.
    """
    if isinstance(name.kind, KeyringSecret):
        keyring = _keyring_only(name, keyring)
    kept = name.is_secret and _is_in_keyring(path, name)
    if isinstance(value, Secret) and (kept if keyring is None else keyring):
        write_secret(name, value)
        set_entry(path, name.entry, _IN_KEYRING)
        return
    set_entry(path, name.entry, _plain(value))
    if kept:
        delete_secret(name)


def forget(path: Path, entry: Sequence[str]) -> bool:
    """Take ``entry`` out of the file, and what it has in the keyring; False if it is not there.

    ``("agents", NAME)`` is a whole agent. Raises UsageError.
    """
    for secret in _secrets_of(entry):
        if _is_in_keyring(path, secret):
            delete_secret(secret)
    return remove_entry(path, entry)


def entry_of(text: str, path: Path) -> tuple[str, ...]:
    """Return the entry that ``text`` names in the file, whether or not it is a known setting.

    An agent's name may hold dots; ``agents.NAME`` is the whole agent where there is one.
    """
    table, _, rest = text.partition(".")
    if table != AGENTS or not rest:
        return (table, rest) if rest else (table,)
    if rest in _agents(read_settings(path)):
        return AGENTS, rest
    agent, _, key = rest.rpartition(".")
    return (AGENTS, agent, key)


def _keyring_only(name: SettingName, keyring: bool | None) -> bool:
    if keyring is False:
        raise UsageError(f"{name} is kept in the keyring alone", hint="leave --no-keyring out")
    return True


def _secrets_of(entry: Sequence[str]) -> list[SettingName]:
    secrets = [name for name, setting in SETTINGS.items() if setting.is_secret]
    match entry:
        case (str() as table, str() as agent) if table == AGENTS:
            return [SettingName(key, agent) for key in secrets]
        case (str() as table, str() as agent, str() as key) if table == AGENTS:
            return [SettingName(key, agent)] if key in secrets else []
        case (str() as key,):
            return [SettingName(key)] if key in secrets else []
    return []


def _is_in_keyring(path: Path, name: SettingName) -> bool:
    value: Any = read_settings(path)
    for part in name.entry:
        value = value.get(part) if isinstance(value, Mapping) else None
    try:
        return isinstance(SecretText().check(value), KeyringEntry)
    except ValueError:
        return False


def _agents(entries: Mapping[str, Any]) -> Mapping[str, Any]:
    agents = entries.get(AGENTS)
    return agents if isinstance(agents, Mapping) else {}


def _plain(value: Value) -> Plain:
    match value:
        case Secret():
            return value.reveal()
        case KeyringEntry():
            return _IN_KEYRING
        case tuple():
            return list(value)
        case _:
            return value
