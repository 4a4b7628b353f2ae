"""Where a setting stands in the file: ``server``, ``agents.clinic.server``, ``keys.talk``."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from aicall_cli.control.kinds import Kind, Texts
from aicall_cli.control.settings_table import OF_AGENTS, SETTINGS, Setting
from aicall_cli.errors import UsageError

AGENTS: Final = "agents"
KEYS: Final = "keys"
MAX_AGENT_NAME: Final = 64
_KEY_NAMES: Final = Texts("the name of a key, or a list of them")


@dataclass(frozen=True, slots=True)
class SettingName:
    """A setting of every call, of the calls to one agent, or the keys of one action."""

    key: str
    agent: str | None = None
    is_key: bool = False
    """Whether ``key`` is an action of the keyboard; what actions there are the screen knows."""

    @property
    def entry(self) -> tuple[str, ...]:
        """The tables and the key in the file."""
        if self.is_key:
            return (KEYS, self.key)
        return (self.key,) if self.agent is None else (AGENTS, self.agent, self.key)

    @property
    def setting(self) -> Setting | None:
        """What the table says of it; None for an action of the keyboard."""
        return None if self.is_key else SETTINGS[self.key]

    @property
    def kind(self) -> Kind:
        """What it may be."""
        return _KEY_NAMES if self.is_key else SETTINGS[self.key].kind

    @property
    def is_secret(self) -> bool:
        """Whether its value must never be shown."""
        return not self.is_key and SETTINGS[self.key].is_secret

    def __str__(self) -> str:
        return ".".join(self.entry)


def parse_name(text: str) -> SettingName:
    """Read a name as it is written on a command line; raise UsageError for none that is known.

    An agent's name may hold dots, a setting's has none.
    """
    table, _, rest = text.partition(".")
    if table == KEYS and rest:
        return key_name(rest)
    if table != AGENTS:
        return plain_name(text)
    agent, _, key = rest.rpartition(".")
    if not agent:
        raise UsageError(f"{text} names no setting of an agent", hint="write agents.NAME.SETTING")
    return agent_name(agent, key)


def plain_name(key: str) -> SettingName:
    """Return the name of a setting of every call; raise UsageError for an unknown one."""
    _require_known(key, key, tuple(name for name, it in SETTINGS.items() if not it.for_agents))
    return SettingName(key)


def agent_name(agent: str, key: str) -> SettingName:
    """Return the name of a setting of one agent; raise UsageError for an unknown one."""
    if not agent or len(agent) > MAX_AGENT_NAME or not agent.isprintable() or agent[0] == "-":
        raise UsageError(
            f"{agent!r} cannot be an agent's name",
            hint=f"use up to {MAX_AGENT_NAME} printable characters, the first of them no dash",
        )
    _require_known(key, f"{AGENTS}.{agent}.{key}", OF_AGENTS)
    return SettingName(key, agent)


def key_name(action: str) -> SettingName:
    """Return the name of an action's keys; raise UsageError for what can be no action."""
    if not action.isidentifier():
        raise UsageError(f"{KEYS}.{action} names no action", hint="`aicall call`: ? shows them")
    return SettingName(action, is_key=True)


def _require_known(key: str, name: str, known: tuple[str, ...]) -> None:
    if key in known:
        return
    near = get_close_matches(key, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise UsageError(f"there is no setting {name!r}", hint=hint)
