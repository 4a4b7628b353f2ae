"""What the shell completes besides options: names of settings, agents and recordings.

While the shell completes nothing may be told: what cannot be read completes to nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import typer

from aicall_cli.cli.environment import Environment
from aicall_cli.control.setting_name import AGENTS
from aicall_cli.control.settings import Settings
from aicall_cli.control.settings_table import OF_AGENTS, SETTINGS
from aicall_cli.errors import AicallError

_BUILT_IN = ("assistant", "echo", "script:")


def complete_setting(context: typer.Context, incomplete: str) -> list[str]:
    """Return the names of settings, those of named agents among them."""
    names = [name for name, setting in SETTINGS.items() if not setting.for_agents]
    for agent in _agents(context):
        names += [f"{AGENTS}.{agent}.{name}" for name in OF_AGENTS]
    return _beginning(names, incomplete)


def complete_agent(context: typer.Context, incomplete: str) -> list[str]:
    """Return the ids that ``--agent-id`` takes."""
    return _beginning(dict.fromkeys((*_agents(context), *_BUILT_IN)), incomplete)


def complete_recording(context: typer.Context, incomplete: str) -> list[str]:
    """Return the names of recordings, the newest first."""
    from aicall_cli.cli.recordings_folder import chosen_folder
    from aicall_cli.recording.library import LAST, list_recordings

    try:
        folder = chosen_folder(context.params.get("record_dir"), _environment(context))
        names = [call.name for call in reversed(list_recordings(folder))]
    except AicallError:
        return []
    return _beginning([LAST, *names] if names else [], incomplete)


def _agents(context: typer.Context) -> Mapping[str, Any]:
    try:
        return Settings.read(_environment(context).variables).tables.agents
    except AicallError:
        return {}


def _environment(context: typer.Context) -> Environment:
    return context.find_object(Environment) or Environment()


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
