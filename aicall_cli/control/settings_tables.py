"""What a settings file says, read and checked: of every call, of each named agent, of keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aicall_cli.control.kinds import Value
from aicall_cli.control.setting_name import (
    AGENTS,
    KEYS,
    SettingName,
    agent_name,
    key_name,
    plain_name,
)
from aicall_cli.control.settings_file import read_settings
from aicall_cli.errors import UsageError


@dataclass(frozen=True, slots=True)
class SettingsTables:
    """Checked values by setting; what the file does not name is not there."""

    plain: Mapping[str, Value] = field(default_factory=dict)
    """The settings of every call."""
    agents: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """The settings of the calls to each named agent, in the file's order."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of the keys of an action; the screen knows which there are."""


def read_tables(path: Path) -> SettingsTables:
    """Read and check the file; raise UsageError for what is no setting or cannot be its value."""
    entries = read_settings(path)
    agents = _table(entries.pop(AGENTS, {}), AGENTS, path)
    keys = _table(entries.pop(KEYS, {}), KEYS, path)
    return SettingsTables(
        plain=_values(entries, plain_name, path),
        agents={
            agent: _agent_values(agent, _table(table, f"{AGENTS}.{agent}", path), path)
            for agent, table in agents.items()
        },
        keys={
            action: texts
            for action, texts in _values(keys, key_name, path).items()
            if isinstance(texts, tuple)
        },
    )


def _agent_values(agent: str, table: Mapping[str, Any], path: Path) -> dict[str, Value]:
    return _values(table, lambda key: agent_name(agent, key), path)


def _values(
    entries: Mapping[str, Any], name_of: Callable[[str], SettingName], path: Path
) -> dict[str, Value]:
    return {key: _value(key, value, name_of, path) for key, value in entries.items()}


def _value(key: str, value: Any, name_of: Callable[[str], SettingName], path: Path) -> Value:
    try:
        name = name_of(key)
    except UsageError as error:
        raise UsageError(f"in the settings {path} {error.message}", hint=error.hint) from None
    try:
        return name.kind.check(value)
    except ValueError as error:
        # The value itself is not repeated: it may be a secret in the wrong place.
        raise UsageError(
            f"in the settings {path} {name} {error}", hint=f"aicall config set {name} VALUE"
        ) from None


def _table(value: object, name: str, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"in the settings {path} {name} is no table", hint=f"write it as [{name}]")
    return value
