"""What every command that calls an agent decides before the call."""

from pathlib import Path

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.log import LogLevel
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.speech.availability import agent_extra_available

ASSISTANT = "assistant"
ECHO = "echo"
_SCRIPT = "script:"


def default_agent(environment: Environment) -> str:
    """Return the assistant, or echo where the extra is missing, and say so."""
    if agent_extra_available():
        return ASSISTANT
    environment.stderr.write(
        "aicall: calling echo: the assistant needs pip install 'aicall-cli[agent]'\n"
    )
    return ECHO


def start_agent(agent_id: str, log_file: Path | None, log_level: LogLevel) -> AgentProcess:
    """Start the built-in agent's process, whose log is added to ours where there is a file."""
    arguments = ["--log-level", log_level.value]
    if agent_id.startswith(_SCRIPT):
        arguments += ["--agent", agent_id]
    if log_file is not None:
        arguments += ["--log-file", str(log_file)]
    return AgentProcess.spawn(arguments)


def choose_recordings(option: Path | None, environment: Environment) -> Path:
    """Return the folder of recordings: the option, the variable, ./recordings, the user's."""
    from aicall_cli.recording.store import recordings_folder

    return recordings_folder(option, environment.variables, environment.folder)
