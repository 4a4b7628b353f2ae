"""The settings in effect for one call: option, then environment, then file, then default.

In the file, the table of the agent that is called stands before what the file says of every
call. An empty text or list is a value like any other and says that there is to be none: so an
agent's table can undo what the file says of every call.

A secret goes with the address beside it and to no other: a ``token`` is used for the
``server`` of its own table (or of the environment), or where that names no server at all.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Self, TypeAlias

from aicall_cli.control.keyring_store import read_secret
from aicall_cli.control.kinds import KeyringEntry, Value
from aicall_cli.control.setting_name import SettingName
from aicall_cli.control.settings_file import settings_path
from aicall_cli.control.settings_table import SETTINGS
from aicall_cli.control.settings_tables import SettingsTables, read_tables
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret

_Layer: TypeAlias = Callable[[str], Value | None]
"""Returns what one of the places says of a setting; None where it says nothing."""


class Origin(Enum):
    """Who said what a setting is."""

    OPTION = "option"
    ENVIRONMENT = "environment"
    AGENT = "agent"
    """The table of the agent that is called."""
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A setting's value and where it is from; None where there is none."""

    value: Value | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of calls, or with ``agent`` of the calls to that named agent."""

    path: Path
    variables: Mapping[str, str]
    tables: SettingsTables
    agent: str | None = None

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Read the file that ``variables`` choose; raise UsageError for what cannot be used."""
        path = settings_path(variables)
        return cls(path, variables, read_tables(path))

    def for_agent(self, called: str | None) -> Self:
        """Return the settings of calls to ``called``, which need be no named agent."""
        return replace(self, agent=called if called in self.tables.agents else None)

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the keys of each action that the file remaps."""
        return self.tables.keys

    def resolve(self, name: str, option: Value | None = None) -> Resolved:
        """Return what setting ``name`` is, with an ``option`` of the command line before all.

        Raises UsageError for a variable that cannot be the setting's value.
        """
        if option is not None:
            return Resolved(option, Origin.OPTION)
        for origin, values in self._layers():
            if (value := values(name)) is not None:
                return Resolved(None if value in ("", ()) else value, origin)
        return Resolved(SETTINGS[name].default, Origin.DEFAULT)

    def text(self, name: str, option: str | None = None) -> str | None:
        """Return a setting that is a text, from wherever ``resolve`` finds it."""
        value = self.resolve(name, option).value
        return value if isinstance(value, str) else None

    def secret(self, name: str, address: str | None) -> Secret | None:
        """Return the secret ``name`` for ``address``, a server or an app; None where there is none.

        May ask the keyring, which may ask the user. Raises UsageError where that is refused.
        """
        beside = SETTINGS[name].beside
        assert beside is not None, f"{name} is no secret"
        for origin, values in self._layers():
            value = values(name)
            if value is None or not _same_address(values(beside), address):
                continue
            if isinstance(value, KeyringEntry):
                agent = self.agent if origin is Origin.AGENT else None
                return read_secret(SettingName(name, agent))
            return value if isinstance(value, Secret) else None
        return None

    def defaults(self, parameters: Collection[str], *, assistant: bool) -> dict[str, Value]:
        """Return what is said of a command's ``parameters``, secrets aside.

        What is said of every call's assistant counts where an ``assistant`` is called: other
        agents refuse a voice that they do not have.
        """
        found: dict[str, Value] = {}
        for setting in SETTINGS.values():
            parameter = setting.parameter or setting.name
            if setting.is_secret or parameter not in parameters:
                continue
            said = self.resolve(setting.name)
            if setting.of_assistant and said.origin is not Origin.AGENT and not assistant:
                continue
            if said.origin is not Origin.DEFAULT and said.value is not None:
                found[parameter] = said.value
        return found

    def called_id(self, called: str | None) -> str | None:
        """Return the id of ``called`` on its server: a named agent's own, or its name."""
        own = self._of_agent("agent_id")
        return own if isinstance(own, str) and own else called

    def _layers(self) -> Iterator[tuple[Origin, _Layer]]:
        yield Origin.ENVIRONMENT, self._of_environment
        yield Origin.AGENT, self._of_agent
        yield Origin.FILE, self._of_file

    def _of_environment(self, name: str) -> Value | None:
        setting = SETTINGS[name]
        text = self.variables.get(setting.variable)
        if not text or setting.for_agents:
            return None
        try:
            return setting.kind.parse(text)
        except ValueError as error:
            raise UsageError(f"the variable {setting.variable} {error}") from None

    def _of_agent(self, name: str) -> Value | None:
        return self.tables.agents[self.agent].get(name) if self.agent is not None else None

    def _of_file(self, name: str) -> Value | None:
        return self.tables.plain.get(name)


def _same_address(own: Value | None, address: str | None) -> bool:
    return not own or (isinstance(own, str) and own.rstrip("/") == (address or "").rstrip("/"))
