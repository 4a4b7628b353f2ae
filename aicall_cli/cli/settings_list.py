"""All settings as a list for people, and as one JSON object."""

from collections.abc import Mapping
from typing import Any

from aicall_cli.control.display import plain, shown
from aicall_cli.control.setting_name import AGENTS, KEYS
from aicall_cli.control.settings import Origin, Resolved, Settings
from aicall_cli.control.settings_table import SETTINGS, Setting
from aicall_cli.recording.json_text import json_text
from aicall_cli.text import escape
from aicall_cli.tui.line_output import LineOutput

SCHEMA = 1
"""Version of the JSON object; it grows when a field changes its meaning or goes."""
_ABSENT = "–"
_GAP = "  "


def print_settings(settings: Settings, output: LineOutput) -> None:
    """Print the file's place, then name, value and origin, a setting a line.

    Of a setting without a value, what it is about stands in the place of the origin.
    """
    output.line(escape(str(settings.path)) + ("" if settings.path.exists() else " (not there yet)"))
    output.line()
    rows = [_row(setting, settings.resolve(setting.name)) for setting in _general()]
    for agent, values in settings.tables.agents.items():
        rows += [(f"{AGENTS}.{escape(agent)}.{key}", shown(it), "") for key, it in values.items()]
    rows += [(f"{KEYS}.{action}", shown(keys), "") for action, keys in settings.keys.items()]
    name_width = max(len(name) for name, _, _ in rows)
    value_width = min(max(len(value) for _, value, _ in rows), 40)
    for name, value, origin in rows:
        output.line(f"{name:<{name_width}}{_GAP}{value:<{value_width}}{_GAP}{origin}".rstrip())


def print_settings_json(settings: Settings, output: LineOutput) -> None:
    """Print the path, and by name every setting's value and origin, agents and keys."""
    document: Mapping[str, Any] = {
        "schema": SCHEMA,
        "path": str(settings.path),
        "settings": {
            setting.name: {
                "value": plain(said.value),
                "origin": said.origin.value,
                "about": setting.about,
            }
            for setting in _general()
            for said in [settings.resolve(setting.name)]
        },
        AGENTS: {
            agent: {key: plain(value) for key, value in values.items()}
            for agent, values in settings.tables.agents.items()
        },
        KEYS: {action: plain(keys) for action, keys in settings.keys.items()},
    }
    output.line(json_text(document))


def _general() -> list[Setting]:
    return [setting for setting in SETTINGS.values() if not setting.for_agents]


def _row(setting: Setting, said: Resolved) -> tuple[str, str, str]:
    if said.value is None:
        return setting.name, _ABSENT, setting.about
    by_variable = said.origin is Origin.ENVIRONMENT
    origin = f"environment ({setting.variable})" if by_variable else said.origin.value
    return setting.name, shown(said.value), origin
