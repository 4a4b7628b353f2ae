"""What every command that calls an agent decides before the call."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from aicall_cli.cli.assistant_servers import PARTS, AssistantServers
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.log import LogLevel
from aicall_cli.cli.report import tell
from aicall_cli.errors import UsageError
from aicall_cli.speech.availability import agent_extra_available

if TYPE_CHECKING:
    from aicall_cli.client.agent_process import AgentProcess
    from aicall_cli.protocol.signaling import Option

ASSISTANT = "assistant"
ECHO = "echo"


def default_agent(environment: Environment) -> str:
    """Return the assistant, or echo where the extra is missing, and say so."""
    if likely_agent() == ASSISTANT:
        return ASSISTANT
    tell("aicall: calling echo: the assistant needs pip install 'aicall-cli[agent]'\n", environment)
    return ECHO


def likely_agent() -> str:
    """Return whom ``default_agent`` calls."""
    return ASSISTANT if agent_extra_available() else ECHO


def start_agent(
    agent_id: str,
    log_file: Path | None,
    log_level: LogLevel,
    servers: AssistantServers,
    keys: Mapping[str, str],
) -> "AgentProcess":
    """Start the built-in agent's process, whose log is added to ours where there is a file.

    ``keys`` are the variables with the keys of its ``servers``.
    """
    # Only this one is offered: what it lacks, such as the extra, is then what is told.
    arguments = [f"--agent={agent_id}", *servers.arguments()]
    if log_file is not None:
        arguments += ["--log-file", str(log_file), "--log-level", log_level.value]
    # Without a file only its warnings are of use: they are shown once the call is over.
    elif log_level is LogLevel.ERROR:
        arguments += ["--log-level", log_level.value]
    from aicall_cli.client.agent_process import AgentProcess  # and asyncio: not for --help

    return AgentProcess.spawn(arguments, keys)


def refuse_assistant_options(context: typer.Context) -> None:
    """Raise UsageError for a part of the assistant that is asked of a server that runs already.

    A variable that is set for other calls is not asked for.
    """
    for part in PARTS:
        source = context.get_parameter_source(f"{part}_url")
        if source is not None and source.name == "COMMANDLINE":
            raise UsageError(
                f"--{part}-url is a setting of the server that is called",
                hint="give it to `aicall serve`, or leave --server out",
            )


def read_agent_options(
    settings: Sequence[str], voice: str | None, language: str | None
) -> "dict[str, Option]":
    """Read ``NAME=VALUE`` settings: ``true`` and ``false``, numbers, else text.

    Raise UsageError for one without a name or a value.
    """
    options: dict[str, Option] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if not name or not value:
            raise UsageError(
                f"{setting!r} is no setting of an agent", hint="write --agent-option NAME=VALUE"
            )
        options[name] = _read_value(value)
    options |= {"voice": voice} if voice else {}
    return options | ({"language": language} if language else {})


def _read_value(text: str) -> str | float | bool:
    if text in ("true", "false"):
        return text == "true"
    with suppress(ValueError):
        number = float(text)
        if math.isfinite(number):
            return number
    return text


def choose_recordings(option: Path | None, environment: Environment) -> Path:
    """Return the folder of recordings: the option, the variable, ./recordings, the user's."""
    from aicall_cli.recording.store import recordings_folder

    return recordings_folder(option, environment.variables, environment.folder)
